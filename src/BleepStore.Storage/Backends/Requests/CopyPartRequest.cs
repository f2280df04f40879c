namespace BleepStore.Storage.Backends;

/// <summary>One part to store from a range of another object, on the server.</summary>
public sealed record CopyPartRequest
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

    /// <summary>The object to copy from.</summary>
    public required ObjectAddress Source { get; init; }

    /// <summary>The properties of the source as the core has just read them. The copy is pinned to their revision.</summary>
    public required ObjectProperties SourceProperties { get; init; }

    /// <summary>The bytes to copy. The core has resolved the range against the source's size.</summary>
    public required ContentRange Range { get; init; }
}
