using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Timeouts;

/// <summary>A body that tells the timer of its request how far it was sent.</summary>
/// <param name="inner">The body.</param>
/// <param name="timer">The timer.</param>
/// <param name="replaced">The body of the same request that this body replaces.</param>
internal sealed class TimedBody(StorageBody inner, RequestTimer timer, TimedBody? replaced = null) : StorageBody
{
    public override long? Length => inner.Length;

    public override ReadOnlyMemory<byte>? Md5 => inner.Md5;

    public override bool CanReplay => inner.CanReplay;

    public override string ETag => inner.ETag;

    public override IReadOnlyList<long> PartSizes => inner.PartSizes;

    /// <summary>Whether it, or a body in place of it, was opened to be sent. Until then nothing was sent.</summary>
    public bool WasOpened { get; private set; }

    private TimedBody? Replaced { get; } = replaced;

    public override Stream Open() => Watch(inner.Open());

    public override Stream OpenRewindable() => Watch(inner.OpenRewindable());

    internal override Stream OpenAhead() => timer.Ignore(inner.OpenAhead());

    internal override StorageBody Replace(StorageBody other) => new TimedBody(inner.Replace(other), timer, this);

    private Stream Watch(Stream opened)
    {
        for (TimedBody? body = this; body is not null; body = body.Replaced)
        {
            body.WasOpened = true;
        }

        return timer.Watch(opened);
    }
}
