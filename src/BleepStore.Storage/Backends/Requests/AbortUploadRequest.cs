namespace BleepStore.Storage.Backends;

/// <summary>An upload to discard.</summary>
public sealed record AbortUploadRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The upload, as <see cref="StorageBackend.CreateUploadAsync"/> named it. From a caller it can be any text: it must never lead out of
    /// the place where uploads are kept.
    /// </summary>
    public required string UploadId { get; init; }
}
