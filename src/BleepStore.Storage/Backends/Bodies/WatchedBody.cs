using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>A body that tells the limit of its call how far it was sent.</summary>
internal sealed class WatchedBody(SentBody sent, Stream body) : WrappingStream(body)
{
    /// <summary>The most that is written at once. Longer writes would say nothing for as long as they take.</summary>
    public const int Step = 128 * 1024;

    private long _read;
    private bool _hasBegun;

    public override bool CanSeek => Inner.CanSeek;

    public override long Length => Inner.Length;

    public override long Position
    {
        get => Inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        _hasBegun = false;
        return _read = Inner.Seek(offset, origin);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        if (!ReadBodyAsync(buffer, cancellationToken).TryTake(out int count, out ValueTask<int> reading))
        {
            return FinishAsync(reading, buffer.IsEmpty);
        }

        Note(count, buffer.IsEmpty);
        return new ValueTask<int>(count);
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        Begin();
        sent.Pause();
        try
        {
            await Inner.CopyToAsync(new WatchedDestination(sent, destination), bufferSize, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The SDK's work after the failure has a limit, too.
            sent.Progress();
            throw;
        }

        sent.Sent();
    }

    private void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            sent.Begin();
        }
    }

    /// <summary>Starts a read. The source may take its time before it returns, too.</summary>
    private ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        sent.Pause();
        try
        {
            return Inner.ReadAsync(buffer, cancellationToken);
        }
        catch
        {
            // The SDK's work after the failure has a limit, too.
            sent.Progress();
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask<int> reading, bool isProbe)
    {
        int count;
        try
        {
            count = await reading.ConfigureAwait(false);
        }
        catch
        {
            // The SDK's work after the failure has a limit, too.
            sent.Progress();
            throw;
        }

        Note(count, isProbe);
        return count;
    }

    /// <summary>Some clients stop at the length, others read until nothing is left.</summary>
    private void Note(int count, bool isProbe)
    {
        _read += count;
        if ((count == 0 && !isProbe) || (Inner.CanSeek && _read >= Inner.Length))
        {
            sent.Sent();
        }
        else
        {
            sent.Progress();
        }
    }

    /// <summary>
    /// The destination that a body is copied to. A body in memory would be written in one piece, which reports no progress, so it is cut
    /// into smaller pieces.
    /// </summary>
    private sealed class WatchedDestination(SentBody sent, Stream destination) : WriteOnlyStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                ReadOnlyMemory<byte> step = buffer[..Math.Min(Step, buffer.Length)];
                sent.Progress();
                await destination.WriteAsync(step, cancellationToken).ConfigureAwait(false);
                buffer = buffer[step.Length..];
            }

            sent.Pause();
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            sent.Progress();
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
            sent.Pause();
        }
    }
}
