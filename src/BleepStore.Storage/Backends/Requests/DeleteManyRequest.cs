using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>Objects to delete.</summary>
public sealed record DeleteManyRequest
{
    private readonly ValueList<string> _keys;

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The keys: 1 to 1,000, distinct.</summary>
    public required IReadOnlyList<string> Keys
    {
        get => _keys.Items;
        init => _keys = new(value);
    }

    /// <summary>How many requests may be under way at a time. Default: 1.</summary>
    public int MaxConcurrency { get; init; } = 1;

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(DeleteManyRequest))
        .Add(nameof(Bucket), Bucket)
        .Add(nameof(Keys), _keys)
        .Add(nameof(MaxConcurrency), MaxConcurrency)
        .ToString();
}
