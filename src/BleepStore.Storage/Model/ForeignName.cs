using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// A name in a bucket's place upstream that no key maps to, because another tool wrote it. It is for display only. Its readable form can be
/// the key of another object, so never use it as a key.
/// </summary>
public sealed record ForeignName
{
    /// <summary>
    /// The name relative to the bucket, readable. Bytes that are no text and characters that a reader cannot see are spelled out
    /// (<c>\xff</c>, <c>\u0009</c>). A name that ends in a slash is a folder that cannot be read further.
    /// </summary>
    public required string DisplayName { get; init; }

    /// <summary>The size in bytes, where it is known.</summary>
    public long? Size { get; init; }

    /// <summary>When it was written (UTC), where it is known.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ForeignName))
        .Add(nameof(DisplayName), DisplayName)
        .Add(nameof(Size), Size)
        .Add(nameof(LastModified), LastModified)
        .ToString();
}
