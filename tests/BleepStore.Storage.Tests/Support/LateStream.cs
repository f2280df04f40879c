using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Support;

/// <summary>A body whose reads are never done when they return.</summary>
internal sealed class LateStream(Stream inner) : AsyncReadStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await inner.ReadAsync(buffer, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
