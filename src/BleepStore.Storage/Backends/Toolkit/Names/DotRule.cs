namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>Where an upstream cannot hold dots in a name.</summary>
/// <remarks>
/// A shield is a <see cref="KeyCodec.Lead"/> after the dots. Unlike an escape, it does not change the beginning of the name, so keys with
/// the same beginning stay together in a listing.
/// </remarks>
public enum DotRule
{
    /// <summary>Every name is legal.</summary>
    Anywhere,

    /// <summary>No whole name may be <c>.</c> or <c>..</c>. Such names are shielded.</summary>
    NotAsNames,

    /// <summary>No segment between slashes may be <c>.</c> or <c>..</c>. Such segments are shielded.</summary>
    NotAsSegments,

    /// <summary>
    /// No segment may be <c>.</c> or <c>..</c>, and the upstream reads a shield as part of a path. The first dot is escaped.
    /// </summary>
    EscapedAsSegments,

    /// <summary>No segment may end in a dot. Such segments are shielded.</summary>
    NotAtEnds,
}
