using System.Buffers;
using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Basics;

/// <summary>
/// External text in a form that is safe in a message or a log line. Keys are hostile input. A line break in a key must not forge a line,
/// and characters that reorder or hide text must not make one key look like another. The text is escaped only when a line is really
/// written.
/// </summary>
internal readonly struct Visible(string? text)
{
    /// <summary>
    /// Letters and marks that are invisible, such as joiners, fillers and variation selectors. The format characters have a category of
    /// their own.
    /// </summary>
    /// <remarks>Source: Default_Ignorable_Code_Point in DerivedCoreProperties.txt of the Unicode Character Database.</remarks>
    private static readonly SearchValues<char> Ignorable = SearchValues.Create(
        "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0" +
        "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f" +
        "\ufff0\ufff1\ufff2\ufff3\ufff4\ufff5\ufff6\ufff7\ufff8");

    public static implicit operator Visible(string? text) => new(text);

    public override string? ToString() => text is null ? null : Text(text);

    /// <summary>
    /// Escapes every character that breaks a line, reorders or hides text, or is half of a surrogate pair (<c>\u000a</c>,
    /// <c>\U000e0041</c>).
    /// </summary>
    public static string Text(string hostile)
    {
        int first = IndexOfHidden(hostile);
        if (first < 0)
        {
            return hostile;
        }

        var shown = new StringBuilder(hostile, 0, first, hostile.Length + 16);
        for (int at = first; at < hostile.Length;)
        {
            int length = Next(hostile.AsSpan(at), out bool isHidden);
            if (!isHidden)
            {
                shown.Append(hostile, at, length);
            }
            else if (length == 2)
            {
                shown.Append("\\U").Append(char.ConvertToUtf32(hostile[at], hostile[at + 1]).ToString("x8", CultureInfo.InvariantCulture));
            }
            else
            {
                shown.Append("\\u").Append(((int)hostile[at]).ToString("x4", CultureInfo.InvariantCulture));
            }

            at += length;
        }

        return shown.ToString();
    }

    private static int IndexOfHidden(string hostile)
    {
        // Most keys are ASCII, where only control characters are hidden.
        int at = hostile.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        while (at >= 0 && at < hostile.Length)
        {
            int length = Next(hostile.AsSpan(at), out bool isHidden);
            if (isHidden)
            {
                return at;
            }

            at += length;
        }

        return -1;
    }

    /// <returns>How many characters the first code point takes.</returns>
    private static int Next(ReadOnlySpan<char> rest, out bool isHidden)
    {
        if (Rune.DecodeFromUtf16(rest, out Rune rune, out int length) != OperationStatus.Done)
        {
            isHidden = true;
            return 1;
        }

        isHidden = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || (rune.IsBmp ? Ignorable.Contains((char)rune.Value) : rune.Value is >= 0xe0000 and <= 0xe0fff);
        return length;
    }
}
