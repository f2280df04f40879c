using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Engine.Progress;

/// <summary>A body whose bytes are counted as they are handed out. When it is opened again, they count again from the first.</summary>
/// <param name="inner">The body.</param>
/// <param name="meter">Counts.</param>
/// <param name="size">How many bytes the caller gave, when a decorator has made other bytes of them.</param>
internal sealed class MeteredBody(StorageBody inner, ProgressMeter meter, long? size = null) : StorageBody
{
    private long _read;
    private long _counted;

    public override long? Length => inner.Length;

    public override ReadOnlyMemory<byte>? Md5 => inner.Md5;

    public override bool CanReplay => inner.CanReplay;

    public override string ETag => inner.ETag;

    public override IReadOnlyList<long> PartSizes => inner.PartSizes;

    public override Stream Open()
    {
        Interlocked.Exchange(ref _read, 0);
        meter.Add(-Interlocked.Exchange(ref _counted, 0));
        return new MeteredStream(inner.Open(), this);
    }

    internal override Stream OpenAhead() => inner.OpenAhead();

    /// <summary>The caller knows nothing of the other bytes, so they count as their share of the caller's.</summary>
    internal override StorageBody Replace(StorageBody other) => new MeteredBody(inner.Replace(other), meter, size ?? inner.Length);

    private void Count(int bytes)
    {
        long read = Interlocked.Add(ref _read, bytes);
        long counted = size is { } given && inner.Length is > 0 and var length ? (long)((Int128)read * given / length) : read;
        meter.Add(counted - Interlocked.Exchange(ref _counted, counted));
    }

    private sealed class MeteredStream(Stream inner, MeteredBody body) : PassingStream(inner)
    {
        protected override void Pass(int count) => body.Count(count);
    }
}
