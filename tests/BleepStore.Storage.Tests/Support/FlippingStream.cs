using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Support;

/// <summary>Delivers one bit that is wrong.</summary>
internal sealed class FlippingStream(Stream inner) : ReadOnlyStream
{
    private bool _flipped;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        if (count > 0 && !_flipped)
        {
            buffer.Span[0] ^= 1;
            _flipped = true;
        }

        return count;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();
}
