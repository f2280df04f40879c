using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>What a caller gave to be stored: a stream or bytes in memory.</summary>
internal readonly struct UncheckedContent
{
    private readonly Stream? _stream;
    private readonly ReadOnlyMemory<byte> _bytes;

    public UncheckedContent(Stream stream) => _stream = stream;

    public UncheckedContent(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The bytes, when they are in memory.</summary>
    public ReadOnlyMemory<byte>? Bytes => _stream is null ? _bytes : default(ReadOnlyMemory<byte>?);

    /// <param name="declaredLength">How many bytes there must be, when the caller has said so.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The stream cannot be read, or the declared length is negative.</exception>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.IncompleteBody"/>: it is known already that the length is not the
    /// declared one.</exception>
    public Content Check(long? declaredLength, TimeProvider time)
    {
        CheckLength(declaredLength, actual: null);
        var reads = new SourceReads(time);
        Content content = _stream switch
        {
            null => new MemoryContent(_bytes, reads),
            { CanRead: false } => throw new ArgumentException("The stream cannot be read."),
            { CanSeek: true } => new SeekableContent(_stream, reads),
            _ => new SequentialContent(_stream, declaredLength, reads),
        };
        CheckLength(declaredLength, content.Length);
        return content;
    }

    /// <exception cref="ArgumentException">The declared length is negative.</exception>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.IncompleteBody"/>: it is known already that the length is not the
    /// declared one.</exception>
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
