using BleepStore.Storage.Engine.Reads;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>A stream or bytes in memory, as a caller gave them to be stored.</summary>
internal readonly struct GivenContent
{
    private readonly Stream? _stream;
    private readonly ReadOnlyMemory<byte> _bytes;

    public GivenContent(Stream stream) => _stream = stream;

    public GivenContent(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The bytes, when they are in memory.</summary>
    public ReadOnlyMemory<byte>? Bytes => _stream is null ? _bytes : default(ReadOnlyMemory<byte>?);

    /// <summary>Chooses how to read the given source. Nothing is read yet.</summary>
    /// <param name="declaredLength">How many bytes to store, if the caller has declared it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The stream cannot be read, or the declared length is negative.</exception>
    /// <exception cref="SourceException">The stream does not tell its position or length.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.IncompleteBody"/> when there are fewer bytes than declared.
    /// </exception>
    public Content Open(long? declaredLength, TimeProvider time)
    {
        CheckLength(declaredLength, _stream is null ? _bytes.Length : null);
        var reads = new SourceReads(time);
        if (_stream is null)
        {
            return new MemoryContent(_bytes, reads);
        }

        if (!_stream.CanRead)
        {
            throw new ArgumentException("The stream cannot be read.");
        }

        if (!_stream.CanSeek)
        {
            // The stream of an object from a store has a known length, although it is not seekable.
            return new ForwardContent(_stream, declaredLength ?? (_stream as ResumingStream)?.Left, reads);
        }

        var span = SourceSpan.Of(_stream, declaredLength);
        return RandomAccessContent.IsCheap(_stream)
            ? new RandomAccessContent(_stream, span, reads)
            : new ForwardContent(_stream, span, reads);
    }

    /// <exception cref="ArgumentException">The declared length is negative.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.IncompleteBody"/> when the length is already known to differ from the declared one.
    /// </exception>
    public static void CheckLength(long? declared, long? actual)
    {
        if (declared is not { } length)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(PutOptions.ContentLength));
        if (actual is { } other && other != length)
        {
            throw IncompleteBody.OtherLength(length, other);
        }
    }
}
