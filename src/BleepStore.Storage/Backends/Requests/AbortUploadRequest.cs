namespace BleepStore.Storage.Backends;

/// <summary>An upload to discard.</summary>
public sealed record AbortUploadRequest
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The upload, as <see cref="StorageBackend.CreateUploadAsync"/> named it. A caller can pass any text, so it must never lead outside
    /// the place of the uploads.
    /// </summary>
    public required string UploadId { get; init; }
}
