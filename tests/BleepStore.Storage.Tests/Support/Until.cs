namespace BleepStore.Storage.Tests.Support;

/// <summary>Waits for what another thread does, without the clock.</summary>
internal static class Until
{
    /// <summary>Waits for the cancellation and throws it. A linked token can follow its source a moment later.</summary>
    public static async Task CancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.Register(cancelled.SetResult))
        {
            await cancelled.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
