namespace BleepStore.Storage;

/// <summary>
/// The features and limits of a backend. The core works around missing features where it can. Elsewhere it throws
/// <see cref="StorageErrorCode.NotSupported"/>.
/// </summary>
public sealed record StorageCapabilities
{
    private readonly bool? _writesInParts;

    /// <summary>
    /// The longest key, in UTF-8 bytes. At least 900, less the length of a store's prefix (<c>WithPrefix</c>). Longer keys fail with
    /// <see cref="StorageErrorCode.InvalidKey"/>. The default is 1,024.
    /// </summary>
    public int MaxKeyBytes { get; init; } = 1024;

    /// <summary>
    /// Whether a put of any size is one request whose body is read once, as it arrives (a disk, memory). Otherwise every body has a length
    /// and an MD5 and can be resent. Objects above <see cref="ObjectStoreOptions.MultipartThreshold"/> are then sent in parts. The default
    /// is <see langword="false"/>.
    /// </summary>
    public bool StreamsPuts { get; init; }

    /// <summary>
    /// Whether the backend has multipart uploads. Without them <see cref="Bucket.CreateMultipartUploadAsync"/> fails with
    /// <see cref="StorageErrorCode.NotSupported"/>. The default is <see langword="true"/>.
    /// </summary>
    public bool SupportsMultipart { get; init; } = true;

    /// <summary>
    /// Whether large puts and copies are sent in parts (<see cref="Backends.StorageBackend.BeginPartsAsync"/>). Otherwise a put of any size
    /// is one request, and a copy above <see cref="MaxCopySize"/> fails with <see cref="StorageErrorCode.NotSupported"/>. Unless
    /// <see cref="StreamsPuts"/>, a source other than bytes in memory, a file or a memory stream is then held in memory or in a temporary
    /// file first. A decorator can write in parts and still refuse the multipart uploads of callers. The default is
    /// <see cref="SupportsMultipart"/>.
    /// </summary>
    public bool WritesInParts
    {
        get => _writesInParts ?? SupportsMultipart;
        init => _writesInParts = value;
    }

    /// <summary>
    /// The size of every part of a large put or copy but the last is a multiple of this number of bytes. The core rounds
    /// <see cref="ObjectStoreOptions.PartSize"/> up to it. The default is 1.
    /// </summary>
    public int PartAlignment { get; init; } = 1;

    /// <summary>
    /// The largest part of a large put in bytes. The default is <see cref="ObjectStoreOptions.MaximumPartSize"/>, 4,000 MiB.
    /// </summary>
    public long MaxPartSize { get; init; } = 4000L * 1024 * 1024;

    /// <summary>
    /// Whether the upstream itself compares <c>IfMatch</c> with this library's ETag in the same step as the write. Otherwise the core reads
    /// the properties, compares, and writes on the revision. The default is <see langword="false"/>.
    /// </summary>
    public bool ComparesETags { get; init; }

    /// <summary>
    /// Whether a delete can carry a condition. Without it, conditional deletes and moves fail with
    /// <see cref="StorageErrorCode.NotSupported"/>. S3-compatible servers are an exception if a trial shows that they honour the condition.
    /// The default is <see langword="true"/>.
    /// </summary>
    public bool DeletesConditionally { get; init; } = true;

    /// <summary>
    /// Whether a revision can name two objects, one after the other, because it is made from the bytes. This is so on S3, where the
    /// revision is the ETag. A conditional delete under <c>IfRevision</c> whose answer was lost is then not sent again, because the object
    /// there may be newer. The default is <see langword="false"/>.
    /// </summary>
    public bool RevisionsRepeat { get; init; }

    /// <summary>
    /// Whether the stored bytes differ from the given ones, as with a decorator that encrypts or compresses. ETags are then those of the
    /// stored bytes. The core does not compare the ETag and the size in the answer to a write with those of the given bytes. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool TransformsBytes { get; init; }

    /// <summary>
    /// Whether every write fails with <see cref="StorageErrorCode.AccessDenied"/>, as with <c>WithReadOnly</c>. The store then signs links
    /// for reads only. The default is <see langword="false"/>.
    /// </summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// Whether the backend resends a request by itself when the answer was lost, as the SDKs of clouds do. The core then never resends a
    /// conditional delete. The default is <see langword="false"/>.
    /// </summary>
    public bool RetriesRequests { get; init; }

    /// <summary>
    /// Whether operations on objects in a bucket that does not exist fail with <see cref="StorageErrorCode.NoSuchBucket"/>. Otherwise such
    /// a bucket reads as empty and accepts writes. The default is <see langword="true"/>.
    /// </summary>
    public bool EnforcesBuckets { get; init; } = true;

    /// <summary>
    /// Whether a listing of several pages is in the order of the keys' UTF-8 bytes. Otherwise each page is in this order, and every key is
    /// still returned exactly once. The default is <see langword="true"/>.
    /// </summary>
    public bool ListsInKeyOrder { get; init; } = true;

    /// <summary>
    /// Whether <see cref="Bucket.PresignAsync"/> and <see cref="MultipartUpload.PresignPartAsync"/> sign URLs. It can still depend on the
    /// credential. A store with <see cref="ObjectStoreOptions.Links"/> signs on every backend. The default is <see langword="false"/>.
    /// </summary>
    public bool SupportsPresign { get; init; }

    /// <summary>
    /// Whether a presigned URL can bind the content type, the length, the MD5 and the metadata of a put. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool SupportsPresignHeaders { get; init; }

    /// <summary>Whether <see cref="Bucket.PresignPostAsync"/> signs forms. The default is <see langword="false"/>.</summary>
    public bool SupportsPresignPost { get; init; }

    /// <summary>
    /// Whether the URL of a part fixes the MD5 of the part, which must then be known. The default is <see langword="false"/>.
    /// </summary>
    public bool PresignedPartsNeedMd5 { get; init; }

    /// <summary>The smallest size in bytes that the upstream accepts for a part other than the last. The default is 1.</summary>
    public long MinimumPartSize { get; init; } = 1;

    /// <summary>
    /// The largest object in bytes that is copied in one request. Larger objects are copied by parts. By default there is no limit.
    /// </summary>
    public long MaxCopySize { get; init; } = long.MaxValue;

    /// <summary>
    /// The largest object in bytes that is put in one request. A larger one is put in parts. Where that is impossible, as with
    /// <see cref="PutOptions.SinglePart"/>, the put fails with <see cref="StorageErrorCode.EntityTooLarge"/>. By default there is no limit.
    /// </summary>
    public long MaxPutSize { get; init; } = long.MaxValue;
}
