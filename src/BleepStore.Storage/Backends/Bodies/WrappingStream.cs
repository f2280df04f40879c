using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>The base of streams that read another one and dispose it with themselves.</summary>
/// <param name="inner">The stream that is read.</param>
internal abstract class WrappingStream(Stream inner) : AsyncReadStream
{
    protected Stream Inner => inner;

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
