using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Transfer;

/// <summary>Reads bytes in memory, without copying them when they are copied on.</summary>
internal sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> bytes) : AsyncReadStream
{
    private ReadOnlyMemory<byte> _rest = bytes;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return ValueTask.FromResult(count);
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> rest = _rest;
        _rest = default;
        if (rest.Length > 0)
        {
            await destination.WriteAsync(rest, cancellationToken).ConfigureAwait(false);
        }
    }
}
