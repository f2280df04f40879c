using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The names that an upstream cannot store, which a <see cref="KeyCodec"/> therefore escapes.</summary>
public sealed record KeyCodecRules
{
    private readonly ValueList<string> _reservedPrefixes;

    /// <summary>Whether a character must be escaped. It is never called with <c>/</c>. The default is none.</summary>
    public Func<Rune, bool> MustEscape { get; init; } = static _ => false;

    /// <summary>Where dots cannot stand. The default is <see cref="DotRule.Anywhere"/>.</summary>
    public DotRule Dots { get; init; }

    /// <summary>
    /// Whether no name may begin or end with a slash (the first is escaped, the last shielded by a <see cref="KeyCodec.Lead"/>). The
    /// default is <see langword="false"/>.
    /// </summary>
    public bool EscapeEdgeSlashes { get; init; }

    /// <summary>
    /// The prefixes that no name may have, because they are the backend's own or the upstream's. Each ends with a slash, which is escaped.
    /// The slash is the last character, so all keys that begin alike stay together in a listing. The default is none.
    /// </summary>
    public IReadOnlyList<string> ReservedPrefixes
    {
        get => _reservedPrefixes.Items;
        init => _reservedPrefixes = new(value);
    }

    /// <summary>
    /// How many segments between slashes a key's name may have at most. Further slashes are escaped. 1 or more. The default is any number.
    /// </summary>
    public int MaxSegments { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(KeyCodecRules))
        .Add(nameof(Dots), Dots)
        .Add(nameof(EscapeEdgeSlashes), EscapeEdgeSlashes)
        .Add(nameof(ReservedPrefixes), _reservedPrefixes)
        .Add(nameof(MaxSegments), MaxSegments)
        .ToString();
}
