using System.Runtime.CompilerServices;
using System.Text;

namespace BleepStore.Storage.Checks;

/// <summary>The rules of keys. A key is valid Unicode text with at least 1 UTF-8 byte and at most the limit of the backend.</summary>
internal static class Keys
{
    private const int MaximumQueryBytes = 2048;

    public static void Check(string key, int maxBytes, [CallerArgumentExpression(nameof(key))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key, parameter);
        CheckText(key, parameter);
        if (Encoding.UTF8.GetByteCount(key) is var bytes && bytes > maxBytes)
        {
            throw new StorageException(
                StorageErrorCode.InvalidKey, $"The key has {bytes} UTF-8 bytes, but this backend stores at most {maxBytes}.");
        }
    }

    /// <summary>Refuses lone surrogates, which have no UTF-8 form.</summary>
    public static void CheckText(string text, [CallerArgumentExpression(nameof(text))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        if (FindLoneSurrogate(text) is >= 0 and var at)
        {
            throw new ArgumentException($"The text is not valid Unicode, because it has a lone surrogate at {at}.", parameter);
        }
    }

    /// <summary>
    /// Checks a prefix, a delimiter or a key to list after. The text may be longer than any key, so a key with a suffix is accepted.
    /// </summary>
    public static void CheckQuery(string text, [CallerArgumentExpression(nameof(text))] string? parameter = null)
    {
        CheckText(text, parameter);
        if (Encoding.UTF8.GetByteCount(text) is var bytes && bytes > MaximumQueryBytes)
        {
            throw new ArgumentException(
                $"The text has {bytes} UTF-8 bytes. A listing accepts at most {MaximumQueryBytes}, which no key exceeds.", parameter);
        }
    }

    /// <summary>Whether a text has a UTF-8 form.</summary>
    public static bool IsText(string text) => FindLoneSurrogate(text) < 0;

    private static int FindLoneSurrogate(string text)
    {
        int first = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (int at = first < 0 ? text.Length : first; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }

            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return at;
            }

            at++;
        }

        return -1;
    }
}
