using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>Passes the bytes of a body to their sender. A derived type sees the bytes as they pass.</summary>
/// <param name="inner">The bytes. Disposed with this.</param>
internal abstract class PassingStream(Stream inner) : WrappingStream(inner)
{
    /// <summary>A larger write would tell nothing for as long as it takes, and could not be stopped in between.</summary>
    private const int SliceSize = 256 * 1024;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Pass(count);
        return count;
    }

    /// <summary>Copies nothing itself. The inner stream writes directly to the destination.</summary>
    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
        Inner.CopyToAsync(new PassingDestination(this, destination), bufferSize, cancellationToken);

    /// <summary>Called with bytes that are about to pass. An exception from this method stops the bytes.</summary>
    protected abstract void Pass(int count);

    private sealed class PassingDestination(PassingStream source, Stream destination) : WriteOnlyStream
    {
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                ReadOnlyMemory<byte> slice = buffer[..Math.Min(SliceSize, buffer.Length)];
                source.Pass(slice.Length);
                await destination.WriteAsync(slice, cancellationToken).ConfigureAwait(false);
                buffer = buffer[slice.Length..];
            }
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);
    }
}
