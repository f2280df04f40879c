using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Sources;

/// <summary>
/// Reads a caller's stream in one pass. Its failures and a wrong length become <see cref="StorageErrorCode.IncompleteBody"/>. It is never
/// disposed.
/// </summary>
/// <param name="source">The stream.</param>
/// <param name="length">The required number of bytes.</param>
/// <param name="endsThere">Whether the source must end after them. Otherwise no more is read.</param>
/// <param name="reads">Reads the stream.</param>
internal sealed class SourceStream(Stream source, long? length, bool endsThere, SourceReads reads) : AsyncReadStream
{
    private static readonly byte[] Probe = new byte[1];
    private long _read;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReadAsync(buffer, isOurs: false, cancellationToken);

    /// <summary>Reads into a buffer of this library, which saves a copy.</summary>
    /// <param name="source">The stream, which need not be a caller's source.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SourceAbandonedException">The buffer must not be used again.</exception>
    public static ValueTask<int> ReadAsync(Stream source, Memory<byte> buffer, CancellationToken cancellationToken) =>
        source is SourceStream own ? own.ReadAsync(buffer, isOurs: true, cancellationToken) : source.ReadAsync(buffer, cancellationToken);

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, bool isOurs, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        long left = length - _read ?? long.MaxValue;
        if (left == 0)
        {
            // The byte itself does not matter, so all readers share one buffer for it.
            return !endsThere || await ReadSourceAsync(Probe, isOurs: true, cancellationToken).ConfigureAwait(false) == 0
                ? 0
                : throw (source.CanSeek ? IncompleteBody.Grown(_read) : IncompleteBody.Long(_read));
        }

        Memory<byte> wanted = buffer.Length <= left ? buffer : buffer[..(int)left];
        int count = await ReadSourceAsync(wanted, isOurs, cancellationToken).ConfigureAwait(false);
        if (count == 0 && length is { } expected)
        {
            throw IncompleteBody.Short(expected, _read);
        }

        _read += count;
        return count;
    }

    private async ValueTask<int> ReadSourceAsync(Memory<byte> buffer, bool isOurs, CancellationToken cancellationToken)
    {
        try
        {
            ValueTask<int> reading = isOurs
                ? reads.ReadAsync(source, buffer, cancellationToken)
                : reads.ReadForeignAsync(source, buffer, cancellationToken);
            return IncompleteBody.RequirePossible(await reading.ConfigureAwait(false), buffer.Length);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception cause)
        {
            throw reads.Failed(_read, cause);
        }
    }
}
