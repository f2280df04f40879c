using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends;

/// <summary>Objects to delete.</summary>
public sealed record DeleteManyRequest
{
    private readonly ValueList<string> _keys;

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The keys. There are 1 to 1,000, and they are distinct.</summary>
    public required IReadOnlyList<string> Keys
    {
        get => _keys.Items;
        init => _keys = new(value);
    }

    /// <summary>How many requests may be in progress at a time. The default is 1.</summary>
    public int MaxConcurrency { get; init; } = 1;

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(DeleteManyRequest))
        .Add(nameof(Bucket), Bucket)
        .Add(nameof(Keys), _keys)
        .Add(nameof(MaxConcurrency), MaxConcurrency)
        .ToString();
}
