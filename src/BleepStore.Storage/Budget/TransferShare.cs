namespace BleepStore.Storage.Budget;

/// <summary>How much of a budget a transfer wants.</summary>
/// <param name="Least">Without so many bytes it does not begin.</param>
/// <param name="Most">So many bytes make it faster. It gets what is free when it begins.</param>
internal readonly record struct TransferShare(long Least, long Most)
{
    public static implicit operator TransferShare(long bytes) => new(bytes, bytes);
}
