using System.Runtime.ExceptionServices;

namespace BleepStore.Storage.Engine;

/// <summary>A caller's source failed. <see cref="Operations"/> throws the source's own exception in its place.</summary>
/// <param name="told">The failure of the operation. Its inner exception is the source's own.</param>
internal sealed class SourceException(StorageException told) : Exception(told.Message, told.InnerException)
{
    public StorageException Told => told;

    /// <summary>Throws the exception of the source.</summary>
    public void ThrowCause() => ExceptionDispatchInfo.Throw(InnerException!);
}
