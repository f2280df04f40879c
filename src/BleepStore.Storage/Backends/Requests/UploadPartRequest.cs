namespace BleepStore.Storage.Backends;

/// <summary>One part to store.</summary>
public sealed record UploadPartRequest
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

    /// <summary>The part's number, from 1 to 10,000.</summary>
    public required int PartNumber { get; init; }

    /// <summary>The bytes.</summary>
    public required StorageBody Body { get; init; }
}
