using System.Runtime.CompilerServices;
using BleepStore.Storage.Tasks;

namespace BleepStore.Storage.Backends;

/// <summary>A body that tells a <see cref="RequestTimer"/> how far it was sent.</summary>
internal sealed class WatchedBody(RequestTimer timer, Stream body) : AsyncReadStream
{
    private long _read;
    private bool _hasBegun;

    public override bool CanSeek => body.CanSeek;

    public override long Length => body.Length;

    public override long Position
    {
        get => body.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        _hasBegun = false;
        return _read = body.Seek(offset, origin);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        if (!body.ReadAsync(buffer, cancellationToken).TryTake(out int count, out ValueTask<int> reading))
        {
            return FinishAsync(reading, buffer.IsEmpty);
        }

        Note(count, buffer.IsEmpty);
        return new ValueTask<int>(count);
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        Begin();
        timer.Pause();
        try
        {
            await body.CopyToAsync(new WatchedDestination(timer, destination), bufferSize, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // What the SDK makes of the failure has a limit, too.
            timer.Progress();
            throw;
        }

        timer.Sent();
    }

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            timer.Begin();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask<int> reading, bool isProbe)
    {
        timer.Pause();
        int count;
        try
        {
            count = await reading.ConfigureAwait(false);
        }
        catch
        {
            // What the SDK makes of the failure has a limit, too.
            timer.Progress();
            throw;
        }

        Note(count, isProbe);
        return count;
    }

    /// <summary>Some clients stop at the length, others read until nothing is left.</summary>
    private void Note(int count, bool isProbe)
    {
        _read += count;
        if ((count == 0 && !isProbe) || (body.CanSeek && _read >= body.Length))
        {
            timer.Sent();
        }
        else
        {
            timer.Progress();
        }
    }

    /// <summary>
    /// What a body is copied to. A body in memory is written in one piece, which says nothing for as long as it takes; so it is cut.
    /// </summary>
    private sealed class WatchedDestination(RequestTimer timer, Stream destination) : Stream
    {
        private const int Step = 128 * 1024;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                ReadOnlyMemory<byte> step = buffer[..Math.Min(Step, buffer.Length)];
                timer.Progress();
                await destination.WriteAsync(step, cancellationToken).ConfigureAwait(false);
                buffer = buffer[step.Length..];
            }

            timer.Pause();
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            timer.Progress();
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
            timer.Pause();
        }

        public override void Flush() => throw AsyncOnly();

        public override void Write(byte[] buffer, int offset, int count) => throw AsyncOnly();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
