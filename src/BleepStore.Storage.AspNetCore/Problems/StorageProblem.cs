namespace BleepStore.Storage.AspNetCore.Problems;

/// <summary>The answer to a <see cref="StorageErrorCode"/>. It contains no details of the upstream.</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Detail">The readable description of the problem.</param>
internal readonly record struct StorageProblem(int Status, string Detail)
{
    /// <summary>The answer to a request that reads. Its content is that of the store, so the client is not at fault.</summary>
    public static StorageProblem OfRead(StorageErrorCode code) => code switch
    {
        StorageErrorCode.BadDigest or StorageErrorCode.IncompleteBody => new(500, "The stored object is damaged."),
        _ => Of(code),
    };

    public static StorageProblem Of(StorageErrorCode code) => code switch
    {
        StorageErrorCode.NoSuchKey => new(404, "The object does not exist."),
        StorageErrorCode.NoSuchBucket => new(404, "The bucket does not exist."),
        StorageErrorCode.NoSuchUpload => new(404, "The upload does not exist."),
        StorageErrorCode.BucketAlreadyExists => new(409, "The bucket already exists."),
        StorageErrorCode.BucketNotEmpty => new(409, "The bucket is not empty."),
        StorageErrorCode.InvalidPart => new(400, "A part is missing or was replaced."),
        StorageErrorCode.InvalidPartOrder => new(400, "The parts are not in ascending order."),
        StorageErrorCode.EntityTooSmall => new(400, "A part is too small."),
        StorageErrorCode.EntityTooLarge => new(413, "The content is too large."),
        StorageErrorCode.MetadataTooLarge => new(400, "The metadata is too large."),
        StorageErrorCode.BadDigest => new(400, "The content does not have the digest that the request names. Nothing was stored."),
        StorageErrorCode.IncompleteBody => new(400, "The content does not have the length that the request names. Nothing was stored."),
        StorageErrorCode.InvalidRange => new(416, "The range holds no byte of the object."),
        StorageErrorCode.InvalidKey => new(400, "The key cannot be stored."),
        StorageErrorCode.InvalidBucketName => new(400, "The name breaks the rules for buckets."),
        StorageErrorCode.PreconditionFailed => new(412, "A condition of the request does not hold."),
        StorageErrorCode.NotModified => new(304, "The object was not changed."),
        StorageErrorCode.UploadInvalidated => new(409, "The upload can no longer be completed. Begin another."),
        StorageErrorCode.OperationAborted => new(409, "Another operation on the object is in progress."),
        StorageErrorCode.InvalidObjectState => new(409, "The object is archived."),
        StorageErrorCode.AccessDenied => new(403, "Access was denied."),
        StorageErrorCode.SlowDown => new(429, "There are too many requests."),
        StorageErrorCode.RequestTimeout => new(504, "The storage did not answer in time."),
        StorageErrorCode.ServiceUnavailable => new(503, "The storage cannot be reached."),
        StorageErrorCode.InsufficientStorage => new(507, "There is no space left."),
        StorageErrorCode.NotSupported => new(501, "The storage cannot do this."),
        _ => new(500, "The storage failed."),
    };
}
