using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>A stretch of a shared source, read forward.</summary>
internal sealed class SegmentStream(SharedSource source, long offset, long length) : AsyncReadStream
{
    private long _done;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Memory<byte> wanted = buffer[..(int)Math.Min(buffer.Length, length - _done)];
        if (wanted.IsEmpty)
        {
            return 0;
        }

        int count = await source.ReadAsync(offset + _done, wanted, cancellationToken).ConfigureAwait(false);
        _done += count;
        return count > 0 ? count : throw IncompleteBody.Short(source.Length, offset + _done);
    }
}
