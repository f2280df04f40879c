using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Progress;

/// <summary>A body whose bytes are counted as they are handed out. When it is opened again, they count again from the first.</summary>
/// <param name="inner">The body.</param>
/// <param name="meter">Counts.</param>
internal sealed class MeteredBody(StorageBody inner, ProgressMeter meter) : StorageBody
{
    private long _counted;

    public override long? Length => inner.Length;

    public override ReadOnlyMemory<byte>? Md5 => inner.Md5;

    public override bool CanReplay => inner.CanReplay;

    public override string ETag => inner.ETag;

    public override Stream Open()
    {
        meter.Add(-Interlocked.Exchange(ref _counted, 0));
        return new MeteredStream(inner.Open(), this);
    }

    private void Count(int bytes)
    {
        Interlocked.Add(ref _counted, bytes);
        meter.Add(bytes);
    }

    private sealed class MeteredStream(Stream stream, MeteredBody body) : AsyncReadStream
    {
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            body.Count(count);
            return count;
        }

        /// <summary>Nothing is copied on the way: what the bytes are in writes itself to the destination.</summary>
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            stream.CopyToAsync(new MeteredDestination(destination, body), bufferSize, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private sealed class MeteredDestination(Stream destination, MeteredBody body) : WriteOnlyStream
    {
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await destination.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            body.Count(buffer.Length);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);
    }
}
