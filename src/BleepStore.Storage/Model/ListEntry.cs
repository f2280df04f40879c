using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>One entry of a listing. It is an object, or a common prefix that stands for all keys under it. Thread-safe.</summary>
public sealed record ListEntry
{
    /// <summary>The object's key, or the common prefix with its delimiter.</summary>
    public required string Key { get; init; }

    /// <summary>Whether this is a common prefix. Only <see cref="Key"/> is meaningful then.</summary>
    public bool IsCommonPrefix { get; init; }

    /// <summary>The object's size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>
    /// The object's ETag in the listing. A few upstreams list their own ETag instead of <see cref="ObjectProperties.ETag"/>. The backend's
    /// page describes this.
    /// </summary>
    public string ETag { get; init; } = "";

    /// <summary>The object's revision (<see cref="ObjectProperties.Revision"/>).</summary>
    public string Revision { get; init; } = "";

    /// <summary>When the object was last written (UTC).</summary>
    public DateTimeOffset LastModified { get; init; }

    /// <summary>The object's storage class, in the upstream's words, where it has one.</summary>
    public string? StorageClass { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListEntry))
        .Add(nameof(Key), Key)
        .Add(nameof(IsCommonPrefix), IsCommonPrefix)
        .Add(nameof(Size), Size)
        .Add(nameof(ETag), ETag)
        .Add(nameof(Revision), Revision)
        .Add(nameof(LastModified), LastModified)
        .Add(nameof(StorageClass), StorageClass)
        .ToString();
}
