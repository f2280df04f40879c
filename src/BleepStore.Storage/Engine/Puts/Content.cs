using BleepStore.Storage.Engine.Budget;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>A caller's bytes, ready to be read in one pass or in parts.</summary>
/// <param name="reads">Reads the caller's source.</param>
internal abstract class Content(SourceReads reads)
{
    /// <summary>Reads the caller's source, if there is one.</summary>
    public SourceReads Reads { get; } = reads;

    /// <summary>How many bytes there are, declared or known.</summary>
    public abstract long? Length { get; }

    /// <summary>Whether the bytes can be read again from the beginning.</summary>
    public abstract bool CanRestart { get; }

    /// <summary>
    /// All bytes in one pass; failures of the source, and a wrong length, are <see cref="StorageErrorCode.IncompleteBody"/>.
    /// </summary>
    public abstract Stream OpenSequential();

    /// <summary>The bytes part by part, each of them replayable.</summary>
    /// <param name="budget">How much may be held in memory.</param>
    public abstract PartReader OpenParts(MemoryBudget budget);
}
