namespace BleepStore.Storage.Tests.Shared;

/// <summary>Waits for what another thread or process does. The clock only ends a test that fails.</summary>
internal static class Until
{
    /// <summary>How long to wait, so a failing test ends.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for a condition that another thread or process makes true.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">The meaning of the condition, for the message of a failing test.</param>
    public static Task TrueAsync(Func<bool> condition, string what = "it must come true") =>
        TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what = "it must come true")
    {
        for (long start = Environment.TickCount64; !await condition(); await Task.Delay(1))
        {
            Assert.That(Environment.TickCount64 - start, Is.LessThan(Patience.TotalMilliseconds), what);
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
