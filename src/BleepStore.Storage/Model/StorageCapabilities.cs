namespace BleepStore.Storage;

/// <summary>
/// What a backend can do and where its limits are. The core works around what is missing; what cannot be worked around is
/// <see cref="StorageErrorCode.NotSupported"/>.
/// </summary>
public sealed record StorageCapabilities
{
    private readonly bool? _writesInParts;

    /// <summary>
    /// The longest key, in UTF-8 bytes. At least 900, less the prefix of a store that has one (<c>WithPrefix</c>). Longer ones are
    /// <see cref="StorageErrorCode.InvalidKey"/>. Default: 1,024.
    /// </summary>
    public int MaxKeyBytes { get; init; } = 1024;

    /// <summary>
    /// Whether a put of any size goes down in one request whose body is read once, as it comes (a disk, memory). Otherwise every body has a
    /// length and an MD5 and can be sent again, and what is above <see cref="ObjectStoreOptions.MultipartThreshold"/> goes in parts.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool StreamsPuts { get; init; }

    /// <summary>
    /// Whether the backend has multipart uploads. Without them <see cref="Bucket.CreateMultipartUploadAsync"/> is
    /// <see cref="StorageErrorCode.NotSupported"/>. Default: <see langword="true"/>.
    /// </summary>
    public bool SupportsMultipart { get; init; } = true;

    /// <summary>
    /// Whether large puts and copies go in parts (<see cref="Backends.StorageBackend.BeginPartsAsync"/>). Otherwise a put of any size goes
    /// down in one request, and a copy above <see cref="MaxCopySize"/> is <see cref="StorageErrorCode.NotSupported"/>. Unless
    /// <see cref="StreamsPuts"/>, a source that cannot seek is then held in memory or in a temporary file first. A decorator can write in
    /// parts and still refuse the multipart uploads of callers. Default: <see cref="SupportsMultipart"/>.
    /// </summary>
    public bool WritesInParts
    {
        get => _writesInParts ?? SupportsMultipart;
        init => _writesInParts = value;
    }

    /// <summary>
    /// The size of every part of a large put or copy but the last is a multiple of this number of bytes. The core rounds
    /// <see cref="ObjectStoreOptions.PartSize"/> up to it. Default: 1.
    /// </summary>
    public int PartAlignment { get; init; } = 1;

    /// <summary>The largest part of a large put in bytes. Default: <see cref="ObjectStoreOptions.MaximumPartSize"/>, 4,000 MiB.</summary>
    public long MaxPartSize { get; init; } = 4000L * 1024 * 1024;

    /// <summary>
    /// Whether the upstream itself compares <c>IfMatch</c> with this library's ETag in the same step as the write. Otherwise the core
    /// reads the properties, compares, and writes on the revision. Default: <see langword="false"/>.
    /// </summary>
    public bool ComparesETags { get; init; }

    /// <summary>
    /// Whether a delete can carry a condition. Without it conditional deletes, and moves, are <see cref="StorageErrorCode.NotSupported"/>,
    /// unless the upstream turns out to honour the condition when it is tried (S3-compatible servers). Default: <see langword="true"/>.
    /// </summary>
    public bool DeletesConditionally { get; init; } = true;

    /// <summary>
    /// Whether a revision can name two objects, one after the other, because it is made from the bytes (S3, where it is the ETag). A
    /// conditional delete whose answer was lost is then not sent again under <c>IfRevision</c>, because the object there may be newer.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool RevisionsRepeat { get; init; }

    /// <summary>
    /// Whether other bytes are stored than were handed over, as in a decorator that encrypts or compresses. ETags are then those of the
    /// stored bytes, and the core does not compare the ETag and the size in the answer to a write with those of the bytes that were sent.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool TransformsBytes { get; init; }

    /// <summary>
    /// Whether the backend sends a request again by itself when the answer was lost, as the SDKs of clouds do. The core then sends no
    /// conditional delete again. Default: <see langword="false"/>.
    /// </summary>
    public bool RetriesRequests { get; init; }

    /// <summary>
    /// Whether operations on objects in a bucket that was not created are <see cref="StorageErrorCode.NoSuchBucket"/>.
    /// Otherwise such a bucket reads as empty and accepts writes. Default: <see langword="true"/>.
    /// </summary>
    public bool EnforcesBuckets { get; init; } = true;

    /// <summary>
    /// Whether a listing of several pages is in the order of the keys' UTF-8 bytes. Otherwise each page is, and everything is still seen
    /// exactly once. Default: <see langword="true"/>.
    /// </summary>
    public bool ListsInKeyOrder { get; init; } = true;

    /// <summary>
    /// Whether <see cref="Bucket.PresignAsync"/> and <see cref="MultipartUpload.PresignPartAsync"/> sign URLs. It can still depend on the
    /// credential. A store with <see cref="ObjectStoreOptions.Links"/> signs on every backend. Default: <see langword="false"/>.
    /// </summary>
    public bool SupportsPresign { get; init; }

    /// <summary>
    /// Whether a presigned URL can bind the content type, the length, the MD5 and the metadata of a put. Default: <see langword="false"/>.
    /// </summary>
    public bool SupportsPresignHeaders { get; init; }

    /// <summary>Whether <see cref="Bucket.PresignPostAsync"/> signs forms. Default: <see langword="false"/>.</summary>
    public bool SupportsPresignPost { get; init; }

    /// <summary>
    /// Whether the URL of a part fixes the MD5 of the part, which must be known then. Default: <see langword="false"/>.
    /// </summary>
    public bool PresignedPartsNeedMd5 { get; init; }

    /// <summary>The smallest size in bytes that the upstream accepts for a part other than the last. Default: 1.</summary>
    public long MinimumPartSize { get; init; } = 1;

    /// <summary>The largest object in bytes that is copied in one request; larger ones are copied by parts. Default: no limit.</summary>
    public long MaxCopySize { get; init; } = long.MaxValue;
}
