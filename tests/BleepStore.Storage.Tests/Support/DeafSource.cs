using System.Runtime.InteropServices;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Support;

/// <summary>A source that ignores its token. A read waits until it is released, then writes into the given buffer.</summary>
internal sealed class DeafSource(byte[] bytes, bool canSeek, int stallsAt = 0) : Stream
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => canSeek;

    public override bool CanWrite => false;

    public override long Length => canSeek ? bytes.Length : throw new NotSupportedException();

    public override long Position
    {
        get => canSeek ? _position : throw new NotSupportedException();
        set => _position = canSeek ? value : throw new NotSupportedException();
    }

    /// <summary>Done when a read waits.</summary>
    public Task HasStalled => _stalled.Task;

    /// <summary>The buffer of the read that waits.</summary>
    public byte[]? Held { get; private set; }

    /// <summary>Ends the read that waits, by bytes or by a failure.</summary>
    public async Task LetGoAsync(Exception? failure = null)
    {
        if (failure is null)
        {
            _go.SetResult();
        }
        else
        {
            _go.SetException(failure);
        }

        await _ended.Task.WaitAsync(Until.Patience);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= stallsAt)
        {
            Held = MemoryMarshal.TryGetArray(buffer, out ArraySegment<byte> segment) ? segment.Array : null;
            _stalled.TrySetResult();
            try
            {
                await _go.Task;
            }
            finally
            {
                buffer.Span.Fill(0xEE);
                _ended.TrySetResult();
            }
        }

        int count = (int)Math.Min(Math.Min(buffer.Length, 16), bytes.Length - _position);
        bytes.AsMemory((int)_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin == SeekOrigin.Begin ? offset : throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
