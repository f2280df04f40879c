using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Concurrency;

/// <summary>The body of a write whose source is read while the request is under way. The request is idle while the source is.</summary>
/// <param name="inner">The body.</param>
/// <param name="place">The place of the request.</param>
internal sealed class PlacedBody(StorageBody inner, RequestPlace place) : PassingBody(inner)
{
    /// <summary>A body that can be replayed has its bytes at hand, so the request never waits for them.</summary>
    public static StorageBody Of(StorageBody body, RequestPlace place) => body.CanReplay ? body : new PlacedBody(body, place);

    public override Stream Open() => new Source(Inner.Open(), place);

    internal override Stream OpenAhead() => new Source(Inner.OpenAhead(), place);

    internal override StorageBody Replace(StorageBody other) => Of(Inner.Replace(other), place);

    private sealed class Source(Stream inner, RequestPlace place) : WrappingStream(inner)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            place.BeginIdle();
            try
            {
                return await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                place.EndIdle();
            }
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            place.BeginIdle();
            try
            {
                await Inner.CopyToAsync(new Destination(destination, place), bufferSize, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                place.EndIdle();
            }
        }
    }

    /// <summary>While bytes are written, the upstream works.</summary>
    private sealed class Destination(Stream inner, RequestPlace place) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            place.EndIdle();
            try
            {
                await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                place.BeginIdle();
            }
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
    }
}
