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

    public override Stream Open() => timer.Watch(inner.Open());

    public override Stream OpenRewindable() => timer.Watch(inner.OpenRewindable());
}
