namespace BleepStore.Storage.Budget;

/// <summary>How many bytes one transfer may hold. One reader takes, many writers give back.</summary>
internal sealed class MemoryBudget(long total)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _left = total;

    public long Total { get; } = total;

    public bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (bytes > _left)
            {
                return false;
            }

            _left -= bytes;
            return true;
        }
    }

    public async ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task given;
            lock (_lock)
            {
                if (bytes <= _left)
                {
                    _left -= bytes;
                    return;
                }

                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                given = _waiting.Task;
            }

            await given.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Return(long bytes)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _left += bytes;
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
    }
}
