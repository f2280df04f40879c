using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Engine.Budget;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes, SourceReads reads) : Content(reads)
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public override long? Length => Bytes.Length;

    public override bool CanRestart => true;

    public override Stream OpenSequential() => new ReadOnlyMemoryStream(Bytes);

    public override PartReader OpenParts(MemoryBudget budget) => new MemoryPartReader(Bytes);
}
