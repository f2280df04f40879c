using BleepStore.Storage.Values;

namespace BleepStore.Storage.Backends;

/// <summary>One page of a listing.</summary>
public sealed record ListResult
{
    private readonly ValueList<ListEntry> _objects;
    private readonly ValueList<string> _commonPrefixes;

    /// <summary>The objects, in order.</summary>
    public required IReadOnlyList<ListEntry> Objects
    {
        get => _objects.Items;
        init => _objects = new(value);
    }

    /// <summary>The common prefixes, in order.</summary>
    public required IReadOnlyList<string> CommonPrefixes
    {
        get => _commonPrefixes.Items;
        init => _commonPrefixes = new(value);
    }

    /// <summary>Where the next page begins, in the backend's own words; <see langword="null"/> when this was the last. The core binds it to the query.</summary>
    public string? ContinuationToken { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListResult))
        .Add(nameof(Objects), _objects)
        .Add(nameof(CommonPrefixes), _commonPrefixes)
        .Add(nameof(ContinuationToken), ContinuationToken)
        .ToString();
}
