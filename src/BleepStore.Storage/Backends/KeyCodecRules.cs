using System.Text;

namespace BleepStore.Storage.Backends;

/// <summary>What an upstream cannot hold in a name, and a <see cref="KeyCodec"/> therefore escapes.</summary>
public sealed record KeyCodecRules
{
    /// <summary>Whether a character must be escaped. Never asked about <c>/</c>. Default: none.</summary>
    public Func<Rune, bool> MustEscape { get; init; } = static _ => false;

    /// <summary>Whether the segments <c>.</c> and <c>..</c> must be escaped (their first dot is). Default: <see langword="false"/>.</summary>
    public bool EscapeDotSegments { get; init; }

    /// <summary>Whether the last dot of a segment must be escaped. Default: <see langword="false"/>.</summary>
    public bool EscapeTrailingDots { get; init; }

    /// <summary>Whether a slash at either edge of the key must be escaped. Default: <see langword="false"/>.</summary>
    public bool EscapeEdgeSlashes { get; init; }
}
