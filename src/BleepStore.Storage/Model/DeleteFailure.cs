using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>A key that could not be deleted, and why. Immutable and thread-safe.</summary>
public sealed record DeleteFailure
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The error.</summary>
    public required StorageException Error { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(DeleteFailure))
        .Add(nameof(Key), Key)
        .Add(nameof(Error), Error)
        .ToString();
}
