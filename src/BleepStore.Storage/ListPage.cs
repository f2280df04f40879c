using BleepStore.Storage.Values;

namespace BleepStore.Storage;

/// <summary>One page of a listing. Thread-safe.</summary>
public sealed record ListPage
{
    private readonly ValueList<ListEntry> _objects;
    private readonly ValueList<string> _commonPrefixes;

    /// <summary>The objects of this page, in the order of their keys' UTF-8 bytes.</summary>
    public required IReadOnlyList<ListEntry> Objects
    {
        get => _objects.Items;
        init => _objects = new(value);
    }

    /// <summary>The common prefixes of this page, in the same order.</summary>
    public required IReadOnlyList<string> CommonPrefixes
    {
        get => _commonPrefixes.Items;
        init => _commonPrefixes = new(value);
    }

    /// <summary>What to give as <see cref="ListOptions.ContinuationToken"/> for the next page; <see langword="null"/> when this was the last. Opaque.</summary>
    public string? ContinuationToken { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListPage))
        .Add(nameof(Objects), _objects)
        .Add(nameof(CommonPrefixes), _commonPrefixes)
        .Add(nameof(ContinuationToken), ContinuationToken)
        .ToString();
}
