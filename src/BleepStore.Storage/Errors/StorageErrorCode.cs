namespace BleepStore.Storage;

/// <summary>
/// The kind of failure, with the same codes on every backend. The names are those of Amazon S3's error codes where S3 has one ("Error
/// responses", Amazon S3 API Reference).
/// </summary>
public enum StorageErrorCode
{
    /// <summary>
    /// A failure that no other code describes, such as an answer that the backend cannot parse, or a fault in the answer.
    /// </summary>
    InternalError = 0,

    /// <summary>There is no object of that key.</summary>
    NoSuchKey,

    /// <summary>There is no bucket of that name.</summary>
    NoSuchBucket,

    /// <summary>
    /// The multipart upload does not exist. It was never begun, was aborted, has expired, or was completed and its object was replaced
    /// since.
    /// </summary>
    NoSuchUpload,

    /// <summary>A bucket of that name exists already.</summary>
    BucketAlreadyExists,

    /// <summary>
    /// The bucket still holds objects, versions of objects, or names that no key spells (<see cref="Bucket.ListForeignNamesAsync"/>).
    /// </summary>
    BucketNotEmpty,

    /// <summary>A part that was named is not there, or its ETag is not that of the latest upload of its number.</summary>
    InvalidPart,

    /// <summary>The parts are not in strictly ascending order of their numbers.</summary>
    InvalidPartOrder,

    /// <summary>A part other than the last is smaller than the smallest allowed.</summary>
    EntityTooSmall,

    /// <summary>The object or part is larger than the largest allowed.</summary>
    EntityTooLarge,

    /// <summary>The user's metadata takes more than 1,792 bytes as stored.</summary>
    MetadataTooLarge,

    /// <summary>
    /// The bytes do not have the expected MD5. Nothing was stored. On a read, the encrypted object was changed, cut or moved upstream. None
    /// of the damaged bytes were returned.
    /// </summary>
    BadDigest,

    /// <summary>
    /// The source ended before its declared length, continued after it, or changed while it was read. Nothing was stored.
    /// </summary>
    IncompleteBody,

    /// <summary>The range starts at or past the object's end. <see cref="StorageException.ObjectSize"/> has the size.</summary>
    InvalidRange,

    /// <summary>The key cannot be stored by this backend. Found before any I/O.</summary>
    InvalidKey,

    /// <summary>The name breaks the rules for buckets. Found before any I/O.</summary>
    InvalidBucketName,

    /// <summary>A condition of the request does not hold. Nothing was changed.</summary>
    PreconditionFailed,

    /// <summary>The object is still the one that the caller has (<c>IfNoneMatch</c>, <c>IfModifiedSince</c>).</summary>
    NotModified,

    /// <summary>
    /// The multipart upload can no longer be completed, because its key was written or deleted after the upload was begun. Azure then
    /// discards the parts (in-place staging). S3 gives up an upload that is completed under a condition, even when the condition holds. S3
    /// can keep the parts, which stay billed. Abort the upload and begin another. Completing it again never succeeds.
    /// </summary>
    UploadInvalidated,

    /// <summary>The operation met another (a lease, a pending copy), or its outcome is not known.</summary>
    OperationAborted,

    /// <summary>The object is archived and must be restored before it can be read.</summary>
    InvalidObjectState,

    /// <summary>The credential may not do this (HTTP 403), or the file system refuses it.</summary>
    AccessDenied,

    /// <summary>There is no credential, or it was not accepted (HTTP 401).</summary>
    AuthenticationFailed,

    /// <summary>Too many requests (HTTP 429, S3 <c>SlowDown</c>). Transient.</summary>
    SlowDown,

    /// <summary>No answer in time. Transient.</summary>
    RequestTimeout,

    /// <summary>The upstream cannot be reached or cannot answer now (HTTP 5xx, network). Transient.</summary>
    ServiceUnavailable,

    /// <summary>There is no space left on the disk, in a quota, or in the capacity of the in-memory backend.</summary>
    InsufficientStorage,

    /// <summary>The backend does not support the operation. See its <see cref="StorageCapabilities"/>.</summary>
    NotSupported,
}
