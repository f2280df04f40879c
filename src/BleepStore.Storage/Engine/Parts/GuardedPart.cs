using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>A part whose bytes are handed out only while its transfer goes on. The part itself stays the caller's to dispose.</summary>
internal sealed class GuardedPart(PartBody part, PartFlight flight) : PartBody(part.Size, part.Md5!.Value)
{
    public override Stream Open()
    {
        flight.Begin();
        return new GuardedStream(part.Open(), Size, flight);
    }

    public override void Dispose()
    {
    }

    private sealed class GuardedStream(Stream inner, long length, PartFlight flight) : AsyncReadStream
    {
        private long _handedOut;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            HandOut(count);
            return count;
        }

        /// <summary>Nothing is copied on the way: what the bytes are in writes itself to the destination.</summary>
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            inner.CopyToAsync(new GuardedDestination(this, destination), bufferSize, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }

        private void HandOut(int count)
        {
            _handedOut += count;
            flight.HandOut(areLast: _handedOut >= length);
        }

        /// <summary>Passes bytes on in slices, so that a large write can be stopped in between.</summary>
        private sealed class GuardedDestination(GuardedStream source, Stream destination) : WriteOnlyStream
        {
            private const int SliceSize = 256 * 1024;

            [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
            public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                while (!buffer.IsEmpty)
                {
                    ReadOnlyMemory<byte> slice = buffer[..Math.Min(SliceSize, buffer.Length)];
                    source.HandOut(slice.Length);
                    await destination.WriteAsync(slice, cancellationToken).ConfigureAwait(false);
                    buffer = buffer[slice.Length..];
                }
            }

            public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);
        }
    }
}
