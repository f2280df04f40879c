namespace BleepStore.Storage.Backends;

/// <summary>One page of an upload's parts.</summary>
public sealed record ListPartsRequest
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

    /// <summary>Only parts with a higher number. The default is all.</summary>
    public int StartAfter { get; init; }

    /// <summary>At most this many, from 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
