using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Timeouts;

/// <summary>A body that tells the timer of its request how far it was sent.</summary>
/// <param name="inner">The body.</param>
/// <param name="timer">The timer.</param>
internal sealed class TimedBody(StorageBody inner, RequestTimer timer) : StorageBody
{
    public override long? Length => inner.Length;

    public override ReadOnlyMemory<byte>? Md5 => inner.Md5;

    public override bool CanReplay => inner.CanReplay;

    public override string ETag => inner.ETag;

    public override IReadOnlyList<long> PartSizes => inner.PartSizes;

    /// <summary>Whether anybody has begun to read it. Until then nothing was sent.</summary>
    public bool WasOpened { get; private set; }

    public override Stream Open() => Watch(inner.Open());

    public override Stream OpenRewindable() => Watch(inner.OpenRewindable());

    internal override StorageBody Replace(StorageBody other) => new TimedBody(inner.Replace(other), timer);

    private Stream Watch(Stream opened)
    {
        WasOpened = true;
        return timer.Watch(opened);
    }
}
