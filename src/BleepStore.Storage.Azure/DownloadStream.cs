using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>An object's body: what the SDK's stream throws is mapped.</summary>
internal sealed class DownloadStream(Stream inner) : AsyncReadStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown) when (AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    [SuppressMessage("Usage", "CA2215:Dispose methods should call base class dispose", Justification = "The base would call Dispose, which closes the same again.")]
    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
