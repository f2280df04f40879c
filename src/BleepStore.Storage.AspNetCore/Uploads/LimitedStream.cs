using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>A body that may have so many bytes. It is never disposed.</summary>
internal sealed class LimitedStream(Stream body, long limit, string what) : ReadOnlyStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override int Read(Span<byte> buffer) => Count(body.Read(buffer));

    private int Count(int count)
    {
        _read += count;
        return _read <= limit ? count : throw Refusals.TooLarge(what, limit);
    }
}
