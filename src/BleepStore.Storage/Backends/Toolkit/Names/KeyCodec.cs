using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// Spells keys as upstream names and reads them back. A character that an upstream cannot store is escaped as <c>~=</c> and two lower-case
/// hexadecimal digits for each UTF-8 byte. A character that it cannot store only at an end is followed by a bare <c>~=</c>. All other
/// characters stay unchanged. The mapping is injective, and a name that no key maps to does not decode. Thread-safe.
/// </summary>
/// <remarks>
/// <c>~=</c> is plain ASCII, harmless in URLs, shells and file systems, and very rare in real names. So names that other tools wrote almost
/// always read as they are. A tilde before an equals sign in a key is itself escaped. The digits are lower case because a file system that
/// ignores case needs upper case escaped.
/// </remarks>
public sealed class KeyCodec
{
    /// <summary>The beginning of every escape.</summary>
    public const string Lead = "~=";

    private readonly KeyCodecRules _rules;

    /// <summary>The answers of <see cref="KeyCodecRules.MustEscape"/> for ASCII, which most characters of keys are.</summary>
    private readonly bool[] _escapesAscii;

    /// <summary>Creates a codec for an upstream.</summary>
    /// <param name="rules">The limits of the upstream's names.</param>
    public KeyCodec(KeyCodecRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = rules;
        _escapesAscii = [.. Enumerable.Range(0, 128).Select(static c => new Rune(c)).Select(rules.MustEscape)];
    }

    /// <summary>Spells a key as an upstream name.</summary>
    /// <param name="key">Valid Unicode.</param>
    public string Encode(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Encode(key, isWhole: true);
    }

    /// <summary>
    /// Returns a text that the names of all keys beginning with <paramref name="prefix"/> begin with. Characters whose spelling depends on
    /// the text after the prefix are cut. List by this text and keep the keys that begin with the prefix.
    /// </summary>
    /// <param name="prefix">The common beginning of the keys.</param>
    public string EncodePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        int safe = prefix.Length;
        while (safe > 0 && DependsOnWhatFollows(prefix[safe - 1]))
        {
            safe--;
        }

        return Encode(prefix[..safe], isWhole: false);
    }

    /// <summary>
    /// A dot may be part of a dot segment, a surrogate half a character. A tilde that begins a lead is escaped into something that begins
    /// with a tilde.
    /// </summary>
    private bool DependsOnWhatFollows(char last) => (last == '.' && _rules.Dots == DotRule.EscapedAsSegments) || char.IsSurrogate(last);

    private string Encode(string key, bool isWhole)
    {
        StringBuilder? name = null;
        int segment = 0;
        int slashes = 0;
        for (int at = 0; at < key.Length;)
        {
            int width = char.IsHighSurrogate(key[at]) && at + 1 < key.Length ? 2 : 1;
            if (MustEscape(key, at, width, segment, slashes))
            {
                name ??= new StringBuilder(key, 0, at, key.Length + 16);
                AppendEscaped(name, key.AsSpan(at, width));
            }
            else
            {
                name?.Append(key, at, width);
                if (key[at] == '/')
                {
                    segment = at + 1;
                    slashes++;
                }

                if (MustShield(key, at, segment, slashes, isWhole))
                {
                    name ??= new StringBuilder(key, 0, at + 1, key.Length + 16);
                    name.Append(Lead);
                }
            }

            at += width;
        }

        return name?.ToString() ?? key;
    }

    /// <summary>Reads a key back from an upstream name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="key">The key.</param>
    /// <returns>
    /// Whether this library stores a key under this name. <see langword="false"/> for a name that only another program can have made.
    /// </returns>
    public bool TryDecode(string name, [NotNullWhen(true)] out string? key)
    {
        ArgumentNullException.ThrowIfNull(name);
        key = name;
        if (!Keys.IsText(name) || (name.Contains(Lead, StringComparison.Ordinal) && !TryUnescape(name, out key)))
        {
            key = null;
            return false;
        }

        return string.Equals(Encode(key), name, StringComparison.Ordinal);
    }

    private static void AppendEscaped(StringBuilder name, ReadOnlySpan<char> character)
    {
        Span<byte> utf8 = stackalloc byte[4];
        int count = Encoding.UTF8.GetBytes(character, utf8);
        foreach (byte b in utf8[..count])
        {
            name.Append(Lead).Append(b.ToString("x2", CultureInfo.InvariantCulture));
        }
    }

    private static bool TryUnescape(string name, [NotNullWhen(true)] out string? key)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        int to = 0;
        for (int from = 0; from < utf8.Length;)
        {
            bool isLead = utf8[from] == (byte)'~' && from + 1 < utf8.Length && utf8[from + 1] == (byte)'=';
            if (isLead
                && from + 3 < utf8.Length
                && Utf8Parser.TryParse(utf8.AsSpan(from + 2, 2), out byte b, out int used, 'x')
                && used == 2)
            {
                utf8[to++] = b;
                from += 4;
            }
            else if (isLead && (from + 2 == utf8.Length || utf8[from + 2] == (byte)'/'))
            {
                from += 2;
            }
            else
            {
                utf8[to++] = utf8[from++];
            }
        }

        try
        {
            key = StrictUtf8.GetString(utf8, 0, to);
            return true;
        }
        catch (DecoderFallbackException)
        {
            key = null;
            return false;
        }
    }

    private static UTF8Encoding StrictUtf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private bool MustEscape(string key, int at, int width, int segment, int slashes)
    {
        char c = key[at];
        if (c == '~' && at + 1 < key.Length && key[at + 1] == '=')
        {
            return true;
        }

        if (c == '/')
        {
            return MustEscapeSlash(key, at, slashes);
        }

        if (c == '.' && _rules.Dots == DotRule.EscapedAsSegments && at == segment && IsDotSegment(key, at))
        {
            return true;
        }

        if (char.IsAscii(c))
        {
            return _escapesAscii[c];
        }

        Rune rune = width == 2 ? new Rune(c, key[at + 1]) : new Rune(c);
        return _rules.MustEscape(rune);
    }

    private bool MustEscapeSlash(string key, int at, int slashes) =>
        (_rules.EscapeEdgeSlashes && at == 0) || slashes >= _rules.MaxSegments - 1 || EndsReservedPrefix(key, at);

    private bool EndsReservedPrefix(string key, int at)
    {
        foreach (string reserved in _rules.ReservedPrefixes)
        {
            if (at == reserved.Length - 1 && key.StartsWith(reserved, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A character that may not stand at an end is followed by a lead that escapes nothing. Unlike an escape, it does not change the
    /// beginning of the name. So <c>dir/</c> and <c>dir/x</c> still begin alike and stay together in a listing.
    /// </summary>
    private bool MustShield(string key, int at, int segment, int slashes, bool isWhole)
    {
        int next = at + 1;
        return key[at] switch
        {
            '/' => _rules.EscapeEdgeSlashes && next == key.Length && isWhole,
            '.' when next == key.Length =>
                isWhole && (ShieldsDot(key.AsSpan(segment)) || (_rules.Dots == DotRule.NotAsNames && IsDots(key))),
            '.' => key[next] == '/' && ShieldsDot(key.AsSpan(segment, next - segment)) && !MustEscapeSlash(key, next, slashes),
            _ => false,
        };
    }

    /// <param name="segment">A segment that ends in a dot.</param>
    private bool ShieldsDot(ReadOnlySpan<char> segment) => _rules.Dots switch
    {
        DotRule.NotAtEnds => true,
        DotRule.NotAsSegments => IsDots(segment),
        _ => false,
    };

    private static bool IsDots(ReadOnlySpan<char> text) => text is "." or "..";

    private static bool IsDotSegment(string key, int at)
    {
        int end = key.IndexOf('/', at);
        return key.AsSpan(at, (end < 0 ? key.Length : end) - at) is "." or "..";
    }
}
