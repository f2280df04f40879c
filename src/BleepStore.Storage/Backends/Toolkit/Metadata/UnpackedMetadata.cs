using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The result of <see cref="MetadataCodec.Unpack"/>.</summary>
public sealed record UnpackedMetadata
{
    private readonly ValueMetadata _metadata;

    /// <summary>The result for an object without metadata. It is shared, because most objects have none.</summary>
    internal static UnpackedMetadata None { get; } = new() { Metadata = UserMetadata.Empty };

    /// <summary>The user's metadata, names in lower case.</summary>
    public required IReadOnlyDictionary<string, string> Metadata
    {
        get => _metadata.Items;
        init => _metadata = new(value);
    }

    /// <summary>The ETag that this library computed for the object, when it was kept and is the object's own.</summary>
    public string? ETag { get; init; }

    /// <summary>The token of the write that made the object.</summary>
    public string? WriteToken { get; init; }

    /// <summary>The expiry that travelled as metadata (UTC).</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(UnpackedMetadata))
        .Add(nameof(Metadata), _metadata)
        .Add(nameof(ETag), ETag)
        .Add(nameof(WriteToken), WriteToken)
        .Add(nameof(Expires), Expires)
        .ToString();
}
