using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage.AspNetCore.Requests;

/// <summary>The header <c>Range</c> (RFC 9110, section 14.2).</summary>
internal static class RangeHeader
{
    private const string Unit = "bytes";
    private const long Largest = long.MaxValue - 1;

    /// <returns>
    /// Returns the only range, or <see langword="null"/> where the whole object is the answer. That is so for a missing or malformed
    /// header, another unit, or several ranges.
    /// </returns>
    public static ByteRange? Parse(StringValues header)
    {
        if (header is not [{ } value] || value.Split('=', 2) is not [var unit, var set]
            || !unit.Trim(' ', '\t').Equals(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        ByteRange? only = null;
        foreach (string part in set.Split(','))
        {
            string spec = part.Trim(' ', '\t');
            if (spec.Length == 0)
            {
                continue;
            }

            if (only is not null || ParseOne(spec) is not { } range)
            {
                return null;
            }

            only = range;
        }

        return only;
    }

    private static ByteRange? ParseOne(string spec)
    {
        if (spec.Split('-') is not [var first, var last] || !IsNumber(first) || !IsNumber(last))
        {
            return null;
        }

        if (first.Length == 0)
        {
            return last.Length == 0 ? null : ByteRange.Suffix(Number(last));
        }

        long from = Number(first);
        if (last.Length == 0)
        {
            return ByteRange.From(from);
        }

        long to = Number(last);
        return to < from ? null : ByteRange.From(from, Math.Min(to - from, long.MaxValue - from - 1) + 1);
    }

    private static bool IsNumber(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <summary>A number of any length is a number. No object has as many bytes as a <see cref="long"/> counts.</summary>
    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? Math.Min(number, Largest) : Largest;
}
