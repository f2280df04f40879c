using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Tests.Conformance;

/// <summary>A download that breaks off in one of the three ways in which downloads do: an exception of the network, one of the backend, or an early end.</summary>
internal sealed class UnreliableStream(Stream inner, long breaksAfter, int kind, Action broken) : ForwardStream
{
    private long _left = breaksAfter;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0)
        {
            broken();
            return kind switch
            {
                0 => throw new IOException("The connection was cut."),
                1 => throw new StorageException(StorageErrorCode.ServiceUnavailable, "The upstream closed the connection."),
                _ => 0,
            };
        }

        int count = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
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
