using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>One page of names that no key spells.</summary>
public sealed record ListForeignNamesResult
{
    private readonly ValueList<ForeignName> _names;

    /// <summary>
    /// The names, in the upstream's order. The core escapes invisible characters in <see cref="ForeignName.DisplayName"/>.
    /// </summary>
    public required IReadOnlyList<ForeignName> Names
    {
        get => _names.Items;
        init => _names = new(value);
    }

    /// <summary>Where the next page begins. <see langword="null"/> when this was the last. It never leaves the process.</summary>
    public string? ContinuationToken { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(ListForeignNamesResult))
        .Add(nameof(Names), _names)
        .Add(nameof(ContinuationToken), ContinuationToken)
        .ToString();
}
