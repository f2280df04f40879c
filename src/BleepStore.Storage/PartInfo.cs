namespace BleepStore.Storage;

/// <summary>One uploaded part.</summary>
/// <param name="PartNumber">Its number, 1 to 10,000.</param>
/// <param name="ETag">Its ETag, without quotes: the hexadecimal MD5 of its bytes; opaque for a copied part.</param>
/// <param name="Size">Its size in bytes. Not looked at when an upload is completed.</param>
public sealed record PartInfo(int PartNumber, string ETag, long Size = 0)
{
    /// <summary>When the part was uploaded (UTC), where the upstream says; otherwise <see langword="null"/>.</summary>
    public DateTimeOffset? LastModified { get; init; }
}
