namespace BleepStore.Storage.Transfer;

/// <summary>What a caller gave to be stored: a stream or bytes in memory.</summary>
internal readonly struct UncheckedContent
{
    private readonly Stream? _stream;
    private readonly ReadOnlyMemory<byte> _bytes;

    public UncheckedContent(Stream stream) => _stream = stream;

    public UncheckedContent(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <exception cref="ArgumentException">The stream cannot be read, or the declared length is negative.</exception>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.IncompleteBody"/>: it is known already that the length is not the declared one.</exception>
    public Content Check(long? declaredLength)
    {
        if (declaredLength is { } declared)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(declared, nameof(PutOptions.ContentLength));
        }

        Content content = _stream switch
        {
            null => new MemoryContent(_bytes),
            { CanRead: false } => throw new ArgumentException("The stream cannot be read."),
            { CanSeek: true } => new SeekableContent(_stream),
            _ => new SequentialContent(_stream, declaredLength),
        };
        if (declaredLength is not null && content.Length is { } actual && actual != declaredLength)
        {
            throw IncompleteBody.OtherLength(declaredLength.Value, actual);
        }

        return content;
    }
}
