using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>One step of a <see cref="SyncPlan"/>. Immutable and thread-safe.</summary>
public sealed record SyncChange
{
    /// <summary>The name, which is the path below the folder and the key below the prefix.</summary>
    public required string Name { get; init; }

    /// <summary>The action in the target.</summary>
    public required SyncAction Action { get; init; }

    /// <summary>Why it is done.</summary>
    public required SyncReason Reason { get; init; }

    /// <summary>How many bytes the source has. Of a deletion, how many the target has.</summary>
    public required long Size { get; init; }

    /// <summary>One line for people, such as <c>Replace photos/cat.jpg (SizeDiffers, 1024 bytes)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Action} {Visible.Text(Name)} ({Reason}, {Size} bytes)");
}
