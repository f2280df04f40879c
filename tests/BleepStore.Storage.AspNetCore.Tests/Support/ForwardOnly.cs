using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>A source whose length nobody knows.</summary>
internal sealed class ForwardOnly(byte[] bytes) : ReadOnlyStream
{
    private readonly MemoryStream _inner = new(bytes);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.ReadAsync(buffer, cancellationToken);

    public override int Read(Span<byte> buffer) => _inner.Read(buffer);
}
