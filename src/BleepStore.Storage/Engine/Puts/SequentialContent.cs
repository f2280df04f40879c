using BleepStore.Storage.Engine.Budget;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>A stream that can be read once.</summary>
internal sealed class SequentialContent(Stream source, long? declaredLength, SourceReads reads) : Content(reads)
{
    public override long? Length => declaredLength;

    public override bool CanRestart => false;

    public override Stream OpenSequential() => new SourceStream(source, declaredLength, Reads);

    public override PartReader OpenParts(MemoryBudget budget) => new SequentialPartReader(OpenSequential(), declaredLength, budget);
}
