using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>One uploaded part. Immutable and thread-safe.</summary>
public sealed record PartInfo
{
    /// <summary>The part's number, 1 to 10,000.</summary>
    public required int PartNumber { get; init; }

    /// <summary>The part's ETag, without quotes, which is the hexadecimal MD5 of its bytes. It is opaque for a copied part.</summary>
    public required string ETag { get; init; }

    /// <summary>The part's size in bytes. It is ignored when an upload is completed. The default is 0.</summary>
    public long Size { get; init; }

    /// <summary>The time when the part was uploaded (UTC), where the upstream reports it. Otherwise <see langword="null"/>.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(PartInfo))
        .Add(nameof(PartNumber), PartNumber)
        .Add(nameof(ETag), ETag)
        .Add(nameof(Size), Size)
        .Add(nameof(LastModified), LastModified)
        .ToString();
}
