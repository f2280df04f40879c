using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>One page of a listing. Thread-safe.</summary>
public sealed record ListPage
{
    private readonly ValueList<ListEntry> _entries;

    /// <summary>
    /// The objects and the common prefixes of this page, in the order of the UTF-8 bytes of their keys.
    /// <see cref="ListEntry.IsCommonPrefix"/> tells them apart.
    /// </summary>
    public required IReadOnlyList<ListEntry> Entries
    {
        get => _entries.Items;
        init => _entries = new(value);
    }

    /// <summary>
    /// The value of <see cref="ListOptions.ContinuationToken"/> for the next page. <see langword="null"/> when this page was the last.
    /// Opaque. It is valid only with the same prefix, delimiter and start. It does not expire. In a backend: any text that the backend
    /// understands. The core adds the query to it.
    /// </summary>
    public string? ContinuationToken { get; init; }

    /// <summary>The objects among <see cref="Entries"/>, in the same order.</summary>
    public IEnumerable<ListEntry> Objects => Entries.Where(static entry => !entry.IsCommonPrefix);

    /// <summary>The common prefixes among <see cref="Entries"/>, in the same order.</summary>
    public IEnumerable<string> CommonPrefixes => Entries.Where(static entry => entry.IsCommonPrefix).Select(static entry => entry.Key);

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListPage))
        .Add(nameof(Entries), _entries)
        .Add(nameof(ContinuationToken), ContinuationToken)
        .ToString();
}
