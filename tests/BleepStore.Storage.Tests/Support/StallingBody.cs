using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Support;

/// <summary>A body that delivers some bytes and then nothing, until it is cancelled or disposed.</summary>
/// <param name="bytes">The bytes to deliver.</param>
/// <param name="ignoresTokens">Whether only disposal ends a read, as with a synchronous one.</param>
/// <param name="late">The bytes that a read still delivers after disposal has ended it. Without it the read fails.</param>
internal sealed class StallingBody(ReadOnlyMemory<byte> bytes, bool ignoresTokens = false, byte[]? late = null) : AsyncReadStream
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _rest = bytes;

    public bool IsDisposed => _disposed.Task.IsCompleted;

    /// <summary>Done when a read waits for what does not come.</summary>
    public Task HasStalled => _stalled.Task;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty)
        {
            _stalled.TrySetResult();
            await _disposed.Task.WaitAsync(ignoresTokens ? CancellationToken.None : cancellationToken);
            late?.CopyTo(buffer);
            return late?.Length ?? throw new IOException("The connection was closed.");
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _disposed.TrySetResult();
        base.Dispose(disposing);
    }
}
