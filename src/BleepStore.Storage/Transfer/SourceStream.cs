using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Transfer;

/// <summary>A caller's stream read in one pass: its failures and a wrong length become <see cref="StorageErrorCode.IncompleteBody"/>. It is never disposed.</summary>
internal sealed class SourceStream(Stream source, long? declaredLength) : AsyncReadStream
{
    private static readonly byte[] Probe = new byte[1];
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        long left = declaredLength - _read ?? long.MaxValue;
        if (left == 0)
        {
            // The byte itself does not matter, so that all readers can share where it goes.
            return await ReadSourceAsync(Probe, cancellationToken).ConfigureAwait(false) == 0
                ? 0
                : throw IncompleteBody.Long(declaredLength!.Value);
        }

        int count = await ReadSourceAsync(buffer.Length <= left ? buffer : buffer[..(int)left], cancellationToken).ConfigureAwait(false);
        if (count == 0 && declaredLength is { } declared)
        {
            throw IncompleteBody.Short(declared, _read);
        }

        _read += count;
        return count;
    }

    private async ValueTask<int> ReadSourceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception cause) when (cause is not StorageException { Code: StorageErrorCode.IncompleteBody })
        {
            throw IncompleteBody.Failed(_read, cause);
        }
    }
}
