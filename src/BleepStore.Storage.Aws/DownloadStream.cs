using System.Runtime.ExceptionServices;
using Amazon.Runtime;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Aws;

/// <summary>An object's body: what the SDK's stream throws is mapped.</summary>
/// <param name="inner">The SDK's stream.</param>
/// <param name="length">How many bytes it has.</param>
/// <param name="isMd5">Whether the object's ETag can be an MD5. The SDK takes one for an MD5 unless a KMS key or a customer's is named, which not every server does.</param>
internal sealed class DownloadStream(Stream inner, long length, bool isMd5) : AsyncReadStream
{
    private long _left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left < 0)
        {
            return 0;
        }

        try
        {
            int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _left -= count;
            if (_left == 0)
            {
                // The SDK's stream compares MD5 and ETag only when it is disposed, which is too late to tell the reader.
                await CompareAsync().ConfigureAwait(false);
                _left = -1;
            }

            return count;
        }
        catch (AmazonClientException differs)
        {
            throw new StorageException(StorageErrorCode.BadDigest, "The bytes that came down are not those that S3 has: their MD5 is not the object's ETag.", differs);
        }
        catch (Exception thrown) when (AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
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

    private async ValueTask CompareAsync()
    {
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        catch (AmazonClientException) when (!isMd5)
        {
            // All bytes have come, and there is nothing to compare them with.
        }
    }
}
