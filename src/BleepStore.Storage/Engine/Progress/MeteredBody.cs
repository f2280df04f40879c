using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Engine.Progress;

/// <summary>A body whose bytes are counted as they are handed out. When it is opened again, they count again from the first.</summary>
/// <param name="inner">The body.</param>
/// <param name="meter">Counts.</param>
/// <param name="size">How many bytes the caller gave, when a decorator has made other bytes of them.</param>
internal sealed class MeteredBody(StorageBody inner, ProgressMeter meter, long? size = null) : PassingBody(inner)
{
    private long _read;
    private long _counted;

    public override Stream Open()
    {
        Interlocked.Exchange(ref _read, 0);
        meter.Add(-Interlocked.Exchange(ref _counted, 0));
        return new MeteredStream(Inner.Open(), this);
    }

    /// <summary>The caller knows nothing of the other bytes, so they count as their share of the caller's.</summary>
    internal override StorageBody Replace(StorageBody other) => new MeteredBody(Inner.Replace(other), meter, size ?? Inner.Length);

    private void Count(int bytes)
    {
        long read = Interlocked.Add(ref _read, bytes);
        long counted = size is { } given && Inner.Length is > 0 and var length ? (long)((Int128)read * given / length) : read;
        meter.Add(counted - Interlocked.Exchange(ref _counted, counted));
    }

    private sealed class MeteredStream(Stream inner, MeteredBody body) : PassingStream(inner)
    {
        protected override void Pass(int count) => body.Count(count);
    }
}
