using BleepStore.Storage;
using BleepStore.Storage.Decorators;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes a store read-only.</summary>
public static class BleepStoreReadOnlyExtensions
{
    /// <summary>
    /// Refuses every write with <see cref="StorageErrorCode.AccessDenied"/>, before a request is sent. Writes are puts, deletes, copies,
    /// moves, multipart uploads and their parts, the creation and the deletion of buckets, and presigned URLs and forms for any of them. A
    /// check with <see cref="CheckOptions.ProbeWrite"/> is refused, too.
    /// </summary>
    /// <remarks>
    /// It guards against mistakes of the application. <see cref="ObjectStore.GetService{T}"/> still returns the client of the SDK, which
    /// can write. To exclude all writes, give the store a credential that can only read.
    /// </remarks>
    /// <param name="builder">The store.</param>
    public static ObjectStoreBuilder WithReadOnly(this ObjectStoreBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Decorate(static (_, inner) => new ReadOnlyBackend(inner));
    }
}
