using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Timeouts;

/// <summary>A body that tells the timer of its request how far it was sent.</summary>
/// <param name="inner">The body.</param>
/// <param name="timer">The timer.</param>
/// <param name="replaced">The body of the same request that this body replaces.</param>
internal sealed class TimedBody(StorageBody inner, RequestTimer timer, TimedBody? replaced = null) : PassingBody(inner)
{
    /// <summary>Whether it, or a body in place of it, was opened to be sent. Until then nothing was sent.</summary>
    public bool WasOpened { get; private set; }

    private TimedBody? Replaced { get; } = replaced;

    public override Stream Open() => Watch(Inner.Open());

    public override Stream OpenRewindable() => Watch(Inner.OpenRewindable());

    internal override Stream OpenAhead() => timer.Ignore(Inner.OpenAhead());

    internal override StorageBody Replace(StorageBody other) => new TimedBody(Inner.Replace(other), timer, this);

    private Stream Watch(Stream opened)
    {
        for (TimedBody? body = this; body is not null; body = body.Replaced)
        {
            body.WasOpened = true;
        }

        return timer.Watch(opened);
    }
}
