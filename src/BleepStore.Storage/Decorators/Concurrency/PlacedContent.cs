using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Decorators.Concurrency;

/// <summary>The body of a read. It gives the place back when its last byte was read, or when it is closed.</summary>
internal sealed class PlacedContent : ReadOnlyStream
{
    private readonly Stream _body;
    private readonly RequestPlace _place;
    private long _left;

    /// <param name="body">The body. Disposed with this.</param>
    /// <param name="length">How many bytes the body has.</param>
    /// <param name="place">The place.</param>
    public PlacedContent(Stream body, long length, RequestPlace place)
    {
        _body = body;
        _place = place;
        _left = length;
        Note(0);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _place.EndIdle();
        ValueTask<int> started = ValueTasks.StartAsync(
            (Body: _body, Buffer: buffer), static (state, token) => state.Body.ReadAsync(state.Buffer, token), cancellationToken);
        return started.TryTake(out int count, out ValueTask<int> reading) ? new ValueTask<int>(Note(count)) : FinishAsync(reading);
    }

    public override int Read(Span<byte> buffer)
    {
        _place.EndIdle();
        int count = 0;
        try
        {
            return count = Blocking.Read(_body, buffer);
        }
        finally
        {
            Note(count);
        }
    }

    [SuppressMessage(
        "Usage",
        "CA2215:Dispose methods should call base class dispose",
        Justification = "The base would call Dispose, which closes the same again.")]
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _body.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _place.Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                _body.Dispose();
            }
            finally
            {
                _place.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask<int> reading)
    {
        int count = 0;
        try
        {
            return count = await reading.ConfigureAwait(false);
        }
        finally
        {
            Note(count);
        }
    }

    private int Note(int count)
    {
        _left -= count;
        if (_left <= 0)
        {
            _place.Dispose();
        }
        else
        {
            _place.BeginIdle();
        }

        return count;
    }
}
