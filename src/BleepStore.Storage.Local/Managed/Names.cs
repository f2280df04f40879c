using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Local.Managed;

/// <summary>Names of entries that are no text.</summary>
internal static class Names
{
    private const char Replacement = '\uFFFD';

    /// <summary>Whether a name is valid Unicode, without the character with which the class library replaces invalid bytes.</summary>
    public static bool IsText(string name) => !name.Contains(Replacement, StringComparison.Ordinal) && IsWellFormed(name);

    /// <summary>Returns the name, with its invalid characters spelled out.</summary>
    public static string Show(string name)
    {
        var shown = new StringBuilder(name.Length + 16);
        for (int at = 0; at < name.Length;)
        {
            if (Rune.TryGetRuneAt(name, at, out Rune rune) && rune.Value != Replacement)
            {
                shown.Append(name, at, rune.Utf16SequenceLength);
                at += rune.Utf16SequenceLength;
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)name[at]:x4}");
                at++;
            }
        }

        return shown.ToString();
    }

    private static bool IsWellFormed(string name)
    {
        for (int at = 0; at < name.Length;)
        {
            if (!Rune.TryGetRuneAt(name, at, out Rune rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }
}
