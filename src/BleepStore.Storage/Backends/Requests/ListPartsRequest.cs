namespace BleepStore.Storage.Backends;

/// <summary>One page of an upload's parts.</summary>
public sealed record ListPartsRequest
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

    /// <summary>Only parts with a higher number. Default: all.</summary>
    public int StartAfter { get; init; }

    /// <summary>At most this many: 1 to 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
