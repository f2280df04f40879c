namespace BleepStore.Storage.Tests.Support;

/// <summary>Waits for what another thread does, without the clock.</summary>
internal static class Until
{
    /// <summary>How long to wait for what must come: so that a test that fails ends.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for a condition that another thread makes true.</summary>
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    /// <inheritdoc cref="TrueAsync(Func{bool})"/>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        for (long start = Environment.TickCount64; !await condition(); await Task.Delay(1))
        {
            Assert.That(Environment.TickCount64 - start, Is.LessThan(Patience.TotalMilliseconds), "it must come true");
        }
    }

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
