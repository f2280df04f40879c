using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// The body of an object. An early end is a failure, and at the end of a whole object its checksum is compared with the service's.
/// </summary>
/// <param name="response">The answer, which is disposed with the stream.</param>
/// <param name="inner">Its body.</param>
/// <param name="length">The required number of bytes.</param>
/// <param name="crc32C">The required checksum. <see langword="null"/> for a range, for which the service has none.</param>
internal sealed class DownloadStream(HttpResponseMessage response, Stream inner, long length, string? crc32C) : ReadOnlyStream
{
    private Crc32C _crc;
    private long _left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Take(buffer.Span, count);
        return count;
    }

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        Take(buffer, count);
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        response.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            response.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> buffer, int count)
    {
        _left -= count;
        if (count == 0 && buffer.Length > 0 && _left > 0)
        {
            throw new StorageException(StorageErrorCode.ServiceUnavailable, $"The body ended {_left} bytes early.");
        }

        if (_left < 0)
        {
            throw new StorageException(
                StorageErrorCode.InternalError, "The body continues past its end. It was changed in transit. Read it again.");
        }

        if (crc32C is not null)
        {
            _crc.Append(buffer[..count]);
            RequireChecksum();
        }
    }

    /// <summary>Runs before the last bytes are returned, so a damaged object never looks complete.</summary>
    private void RequireChecksum()
    {
        if (_left == 0 && _crc.Text != crc32C)
        {
            throw new StorageException(
                StorageErrorCode.InternalError, $"The received bytes have the CRC32C {_crc.Text}, but the object has {crc32C}. They " +
                    "were changed in transit. Read the object again.");
        }
    }
}
