using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Engine.Progress;

/// <summary>A body whose bytes are counted as they are handed out. When it is opened again, they count again from the first.</summary>
/// <param name="inner">The body.</param>
/// <param name="meter">Counts.</param>
internal sealed class MeteredBody(StorageBody inner, ProgressMeter meter) : StorageBody
{
    private long _counted;

    public override long? Length => inner.Length;

    public override ReadOnlyMemory<byte>? Md5 => inner.Md5;

    public override bool CanReplay => inner.CanReplay;

    public override string ETag => inner.ETag;

    public override IReadOnlyList<long> PartSizes => inner.PartSizes;

    public override Stream Open()
    {
        meter.Add(-Interlocked.Exchange(ref _counted, 0));
        return new MeteredStream(inner.Open(), this);
    }

    private void Count(int bytes)
    {
        Interlocked.Add(ref _counted, bytes);
        meter.Add(bytes);
    }

    private sealed class MeteredStream(Stream inner, MeteredBody body) : PassingStream(inner)
    {
        protected override void Pass(int count) => body.Count(count);
    }
}
