using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// Creates values for <see cref="ObjectAttributes.ContentDisposition"/> from file names in any language. The form is that of RFC 6266. It
/// has a name in ASCII for old clients. It also has the whole name in UTF-8 (<c>filename*</c>) where ASCII cannot express it.
/// </summary>
public static class ContentDispositions
{
    private const string AttributeCharacters = "!#$&+-.^_`|~";

    /// <summary>A browser saves the object under this name.</summary>
    /// <param name="fileName">The name, without a folder.</param>
    /// <exception cref="ArgumentException">The name is empty, names a folder, or is not valid Unicode.</exception>
    public static string Attachment(string fileName) => Of("attachment", fileName);

    /// <summary>A browser shows the object, and saves it under this name when it is asked to.</summary>
    /// <param name="fileName">The name, without a folder.</param>
    /// <exception cref="ArgumentException">The name is empty, names a folder, or is not valid Unicode.</exception>
    public static string Inline(string fileName) => Of("inline", fileName);

    private static string Of(string type, string fileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        if (fileName is "." or ".." || fileName.AsSpan().ContainsAny('/', '\\'))
        {
            throw new ArgumentException($"'{Visible.Text(fileName)}' names a folder. Use the name of a file.", nameof(fileName));
        }

        var value = new StringBuilder(type).Append("; filename=\"");
        bool isWhole = true;
        foreach (Rune rune in Runes(fileName))
        {
            bool fits = IsPlain(rune);
            isWhole &= fits;
            value.Append(fits ? (char)rune.Value : '_');
        }

        value.Append('"');
        return isWhole ? value.ToString() : AppendEncoded(value.Append("; filename*=UTF-8''"), fileName).ToString();
    }

    /// <summary>
    /// Returns whether every client reads the character in the same way between quotes. Some clients decode a percent sign, and some stop
    /// at an escaped quote.
    /// </summary>
    private static bool IsPlain(Rune rune) => rune.Value is >= ' ' and <= '~' and not ('"' or '%');

    private static StringBuilder AppendEncoded(StringBuilder value, string fileName)
    {
        foreach (byte one in Encoding.UTF8.GetBytes(fileName))
        {
            if (char.IsAsciiLetterOrDigit((char)one) || AttributeCharacters.Contains((char)one, StringComparison.Ordinal))
            {
                value.Append((char)one);
            }
            else
            {
                value.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return value;
    }

    private static IEnumerable<Rune> Runes(string fileName)
    {
        for (int at = 0; at < fileName.Length;)
        {
            if (!Rune.TryGetRuneAt(fileName, at, out Rune rune))
            {
                throw new ArgumentException("The file name is not valid Unicode, because it has half a surrogate pair.", nameof(fileName));
            }

            yield return rune;
            at += rune.Utf16SequenceLength;
        }
    }
}
