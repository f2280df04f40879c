using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>A source that returns some bytes and then nothing more, until its reader gives up.</summary>
internal sealed class StalledStream(byte[] bytes) : ReadOnlyStream
{
    private readonly MemoryStream _inner = new(bytes);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_inner.Position == _inner.Length)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return await _inner.ReadAsync(buffer, cancellationToken);
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();
}
