using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>How one part's bytes are checked. Immutable and thread-safe.</summary>
public sealed record UploadPartOptions
{
    private readonly ValueBytes? _contentMd5;

    /// <summary>
    /// How many bytes to store, when the caller knows. 0 or more. A source that has fewer fails with
    /// <see cref="StorageErrorCode.IncompleteBody"/>. A seekable stream is read up to this length, so a file can be uploaded part by part.
    /// Any other source must end there. Otherwise it fails with <see cref="StorageErrorCode.IncompleteBody"/> too. By default a seekable
    /// stream determines it, and otherwise it is unknown.
    /// </summary>
    public long? ContentLength { get; init; }

    /// <summary>
    /// The MD5 that the part must have, 16 bytes. Other bytes fail with <see cref="StorageErrorCode.BadDigest"/> and the part is not
    /// stored. By default it is not checked.
    /// </summary>
    public ReadOnlyMemory<byte>? ContentMd5
    {
        get => _contentMd5?.Bytes;
        init => _contentMd5 = value is { } bytes ? new ValueBytes(bytes) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(UploadPartOptions))
        .Add(nameof(ContentLength), ContentLength)
        .Add(nameof(ContentMd5), _contentMd5)
        .ToString();
}
