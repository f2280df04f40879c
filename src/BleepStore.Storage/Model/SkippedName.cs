using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>Something that was left out on purpose, and why. Immutable and thread-safe.</summary>
public sealed record SkippedName
{
    /// <summary>The name, which is the path below the folder and the key below the prefix.</summary>
    public required string Name { get; init; }

    /// <summary>Why it was left out.</summary>
    public required SkipReason Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(SkippedName))
        .Add(nameof(Name), Name)
        .Add(nameof(Reason), Reason)
        .ToString();
}
