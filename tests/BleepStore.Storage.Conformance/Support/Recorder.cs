using System.Collections.Concurrent;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>Keeps what a transfer tells of its progress.</summary>
internal sealed class Recorder : IProgress<TransferProgress>
{
    private readonly ConcurrentQueue<TransferProgress> _all = [];
    private readonly TaskCompletionSource<TransferProgress> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The reports so far.</summary>
    public IReadOnlyCollection<TransferProgress> All => _all;

    public void Report(TransferProgress value)
    {
        _all.Enqueue(value);
        if (value.Phase == TransferPhase.Done)
        {
            _done.TrySetResult(value);
        }
    }

    /// <summary>The last report.</summary>
    public Task<TransferProgress> DoneAsync() => _done.Task.WaitAsync(TimeSpan.FromMinutes(1));
}
