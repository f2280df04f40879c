using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Diagnostics;

/// <summary>
/// Text from outside as it is shown in a message or a log line. Keys are hostile input: a line break in one must not forge a line. As a
/// value it is spelled out only when a line is really written.
/// </summary>
internal readonly struct Visible(string? text)
{
    public static implicit operator Visible(string? text) => new(text);

    public override string? ToString() => text is null ? null : Text(text);

    /// <summary>The text with every control character and line separator spelled out (<c>\u000a</c>).</summary>
    public static string Text(string hostile)
    {
        int first = IndexOfHidden(hostile);
        if (first < 0)
        {
            return hostile;
        }

        var shown = new StringBuilder(hostile, 0, first, hostile.Length + 16);
        foreach (char c in hostile.AsSpan(first))
        {
            if (IsHidden(c))
            {
                shown.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                shown.Append(c);
            }
        }

        return shown.ToString();
    }

    private static int IndexOfHidden(string hostile)
    {
        for (int at = 0; at < hostile.Length; at++)
        {
            if (IsHidden(hostile[at]))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsHidden(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
