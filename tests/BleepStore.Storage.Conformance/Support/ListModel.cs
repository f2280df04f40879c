using System.Text;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>The expected listing, computed from the keys alone and in the simplest way.</summary>
public static class ListModel
{
    /// <summary>Keys in the order of a listing, by their UTF-8 bytes.</summary>
    /// <param name="keys">The keys.</param>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> keys) =>
        [.. keys.OrderBy(
            static key => Encoding.UTF8.GetBytes(key), Comparer<byte[]>.Create(static (x, y) => x.AsSpan().SequenceCompareTo(y)))];

    /// <summary>Objects and common prefixes of a query, in order.</summary>
    /// <param name="keys">All keys of the bucket.</param>
    /// <param name="options">The query; page size and token are not looked at.</param>
    public static IReadOnlyList<string> List(IEnumerable<string> keys, ListOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IEnumerable<string> shown = keys
            .Where(key => key.StartsWith(options.Prefix, StringComparison.Ordinal))
            .Select(key => RollUp(key, options))
            .Distinct(StringComparer.Ordinal);
        return InOrder(shown.Where(entry => string.IsNullOrEmpty(options.StartAfter) || IsAfter(entry, options.StartAfter)));
    }

    private static string RollUp(string key, ListOptions options)
    {
        int at = options.Delimiter is null ? -1 : key.IndexOf(options.Delimiter, options.Prefix.Length, StringComparison.Ordinal);
        return at < 0 ? key : key[..(at + options.Delimiter!.Length)];
    }

    private static bool IsAfter(string entry, string other) =>
        Encoding.UTF8.GetBytes(entry).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other)) > 0;
}
