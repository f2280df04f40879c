namespace BleepStore.Storage;

/// <summary>How one part's bytes are checked. Immutable and thread-safe.</summary>
public sealed record UploadPartOptions
{
    /// <summary>How many bytes the source will give, when the caller knows. 0 or more. A source that gives fewer or more is <see cref="StorageErrorCode.IncompleteBody"/>. Default: unknown, or what a seekable stream says.</summary>
    public long? ContentLength { get; init; }

    /// <summary>The MD5 that the part must have: 16 bytes. Other bytes are <see cref="StorageErrorCode.BadDigest"/> and the part is not stored. Default: not checked.</summary>
    public ReadOnlyMemory<byte>? ContentMd5 { get; init; }
}
