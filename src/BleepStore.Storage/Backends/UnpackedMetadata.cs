using BleepStore.Storage.Metadata;

namespace BleepStore.Storage.Backends;

/// <summary>What <see cref="MetadataCodec.Unpack"/> found.</summary>
/// <param name="Metadata">The user's metadata, names in lower case.</param>
public sealed record UnpackedMetadata(IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>What an object without any has. Shared: most have none.</summary>
    internal static UnpackedMetadata None { get; } = new(UserMetadata.Empty);

    /// <summary>The ETag that this library computed for the object, when it was kept and is the object's own.</summary>
    public string? ETag { get; init; }

    /// <summary>The token of the write that made the object.</summary>
    public string? WriteToken { get; init; }

    /// <summary>The expiry that travelled as metadata (UTC).</summary>
    public DateTimeOffset? Expires { get; init; }
}
