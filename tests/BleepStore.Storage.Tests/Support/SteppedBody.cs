using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Support;

/// <summary>A body that delivers bytes when it is told to. A read that was cancelled took none.</summary>
internal sealed class SteppedBody(byte[] bytes) : AsyncReadStream
{
    private readonly SemaphoreSlim _come = new(0);
    private int _position;
    private int _ready;

    /// <summary>How many bytes have come.</summary>
    public int Delivered => Volatile.Read(ref _position);

    /// <summary>Lets bytes come.</summary>
    public void Deliver(int count)
    {
        _ready = count;
        _come.Release();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _come.WaitAsync(cancellationToken);
        int count = Math.Min(buffer.Length, _ready);
        bytes.AsMemory(_position, count).CopyTo(buffer);
        Volatile.Write(ref _position, _position + count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _come.Dispose();
        base.Dispose(disposing);
    }
}
