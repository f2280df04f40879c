using BleepStore.Storage.Engine.Budget;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>The rest of a stream that can be read anywhere, any number of times.</summary>
internal sealed class SeekableContent : Content
{
    private readonly Stream _source;
    private readonly long _start;

    public SeekableContent(Stream source, SourceReads reads)
        : base(reads)
    {
        _source = source;
        _start = source.Position;
        Length = Math.Max(0, source.Length - _start);
    }

    public override long? Length { get; }

    public override bool CanRestart => true;

    public override Stream OpenSequential()
    {
        _source.Position = _start;
        return new SourceStream(_source, Length, Reads);
    }

    public override PartReader OpenParts(MemoryBudget budget) =>
        new SegmentPartReader(new SharedSource(_source, _start, Length!.Value, Reads));
}
