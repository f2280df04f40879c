using System.Globalization;
using System.Text;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Local.Layout;

/// <summary>
/// Names that Windows, macOS and Linux all accept, and that none of them treats as another name. Windows and macOS treat upper and lower
/// case as equal. macOS also treats a letter with its accent as equal to the letter followed by the accent.
/// </summary>
/// <remarks>
/// The characters are listed here by their numbers. The tables of .NET change with its versions, but a root must always read the same.
/// </remarks>
internal static class PortableNames
{
    /// <summary>
    /// The names of devices. On Windows they are devices with any ending, too (page "Naming Files, Paths, and Namespaces").
    /// </summary>
    private static readonly string[] Devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];

    /// <summary>The devices whose names end in one digit. A superscript digit counts, too.</summary>
    private static readonly string[] NumberedDevices = ["com", "lpt"];

    /// <summary>Whether a character is escaped at every place in a name.</summary>
    /// <remarks>A tilde is escaped, because it is part of the short names that Windows gives to files (<c>photos~1.jpg</c>).</remarks>
    public static bool MustEscape(Rune rune) => rune.IsAscii
        ? rune.Value is < ' ' or 0x7F or '"' or '*' or ':' or '<' or '>' or '?' or '\\' or '|' or '~' or (>= 'A' and <= 'Z')
        : !IsKept(rune.Value);

    /// <summary>Escapes a character that cannot stand at the beginning or the end of a name.</summary>
    /// <param name="name">A name in which all other characters are escaped already.</param>
    public static string Shield(string name)
    {
        string ended = name is [.., '.' or ' '] ? name[..^1] + EscapeOf(name[^1]) : name;
        return IsDevice(ended) ? EscapeOf(ended[0]) + ended[1..] : ended;
    }

    /// <summary>Reverses <see cref="Shield"/>. Returns all names that <see cref="Shield"/> may have received.</summary>
    public static IEnumerable<string> Unshield(string name)
    {
        string begun = BareBeginning(name);
        string ended = BareEnd(begun);
        yield return ended;
        if (begun != ended)
        {
            yield return begun;
        }

        if (begun != name)
        {
            yield return BareEnd(name);
            yield return name;
        }
    }

    private static string BareEnd(string name) =>
        name.EndsWith(EscapeOf('.'), StringComparison.Ordinal) ? name[..^4] + '.'
        : name.EndsWith(EscapeOf(' '), StringComparison.Ordinal) ? name[..^4] + ' '
        : name;

    private static string BareBeginning(string name) =>
        name.StartsWith(KeyCodec.Lead, StringComparison.Ordinal)
        && name.Length > 4
        && byte.TryParse(name.AsSpan(2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte first)
        && IsDevice((char)first + name[4..])
            ? (char)first + name[4..]
            : name;

    /// <summary>
    /// Returns the name as Windows and macOS compare names of keys. Letters are in lower case, and each letter is one character with its
    /// accent.
    /// </summary>
    public static string Fold(string name) => name.Normalize(NormalizationForm.FormC).ToLowerInvariant();

    /// <summary>Whether Windows treats a name as a device. It ignores spaces before the ending.</summary>
    public static bool IsDevice(ReadOnlySpan<char> name)
    {
        int dot = name.IndexOf('.');
        ReadOnlySpan<char> stem = (dot < 0 ? name : name[..dot]).TrimEnd(' ');
        foreach (string device in Devices)
        {
            if (stem.SequenceEqual(device))
            {
                return true;
            }
        }

        foreach (string device in NumberedDevices)
        {
            // The store escapes a superscript digit, so its own names are no devices. The check is for names of other programs.
            if (stem.Length == 4 && stem.StartsWith(device) && stem[3] is (>= '0' and <= '9') or '\u00B9' or '\u00B2' or '\u00B3')
            {
                return true;
            }
        }

        return false;
    }

    private static string EscapeOf(char c) => string.Create(CultureInfo.InvariantCulture, $"{KeyCodec.Lead}{(int)c:x2}");

    /// <summary>
    /// The letters of the most used scripts that need no escape. They are their own lower case, and NFC leaves them unchanged. They do not
    /// combine with the character before them.
    /// </summary>
    private static bool IsKept(int c) => c switch
    {
        // Latin letters, without the sharp s and the division sign.
        >= 0xE0 and <= 0xFF => c is not 0xF7,
        >= 0x101 and <= 0x137 => c % 2 == 1 && c is not 0x131,
        >= 0x13A and <= 0x148 => c % 2 == 0,
        >= 0x14B and <= 0x177 => c % 2 == 1,
        0x17A or 0x17C or 0x17E => true,

        // Greek letters without the final sigma, and Cyrillic letters.
        >= 0x3AC and <= 0x3AF => true,
        >= 0x3B1 and <= 0x3CE => c is not 0x3C2,
        >= 0x430 and <= 0x45F => true,

        // Hebrew, Arabic and Thai letters.
        >= 0x5D0 and <= 0x5EA => true,
        >= 0x620 and <= 0x64A => c is not 0x640,
        >= 0xE01 and <= 0xE30 => true,

        // Japanese syllables, Chinese characters and Korean syllables.
        >= 0x3041 and <= 0x3096 => true,
        >= 0x30A1 and <= 0x30FA or 0x30FC => true,
        >= 0x3400 and <= 0x4DB5 => true,
        >= 0x4E00 and <= 0x9FA5 => true,
        >= 0xAC00 and <= 0xD7A3 => true,
        _ => false,
    };
}
