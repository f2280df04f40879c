using Amazon.Runtime;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>An object's body, whose MD5 is compared with the object's ETag when the last byte has come.</summary>
/// <param name="inner">The SDK's stream.</param>
/// <param name="length">How many bytes it has.</param>
/// <param name="isMd5">
/// Whether the object's ETag can be an MD5. The SDK takes one for an MD5 unless a KMS key or a customer's is named, which not every server
/// does.
/// </param>
internal sealed class DownloadStream(Stream inner, long length, bool isMd5) : ReadOnlyStream
{
    private long _left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left < 0)
        {
            return 0;
        }

        return Take(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
    }

    public override int Read(Span<byte> buffer)
    {
        if (_left < 0)
        {
            return 0;
        }

        return Take(inner.Read(buffer));
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Take(int count)
    {
        _left -= count;
        if (_left == 0)
        {
            Compare();
            _left = -1;
        }

        return count;
    }

    /// <summary>The SDK's stream compares MD5 and ETag only when it is disposed, which would be too late to tell the reader.</summary>
    private void Compare()
    {
        try
        {
            inner.Dispose();
        }
        catch (AmazonClientException) when (!isMd5)
        {
            // All bytes were received, and there is no checksum to compare.
        }
    }
}
