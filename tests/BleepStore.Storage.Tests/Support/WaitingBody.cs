using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Support;

/// <summary>A body of which nothing comes until it is disposed; then the connection is cut.</summary>
internal sealed class WaitingBody : AsyncReadStream
{
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it is being read.</summary>
    public Task IsRead => _read.Task;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _read.TrySetResult();
        await _disposed.Task.WaitAsync(cancellationToken);
        throw new IOException("The connection was closed.");
    }

    protected override void Dispose(bool disposing)
    {
        _disposed.TrySetResult();
        base.Dispose(disposing);
    }
}
