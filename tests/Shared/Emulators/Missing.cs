namespace BleepStore.Storage.Tests.Shared;

/// <summary>
/// Ends a test whose server or program is not on this machine. Nothing is left out in silence: the reason is printed, and in CI what is
/// required fails.
/// </summary>
internal static class Missing
{
    public static bool IsCI => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <param name="reason">What is missing, and how to get it.</param>
    /// <param name="isRequired">Whether it is a failure.</param>
    public static async Task EndTestAsync(string reason, bool isRequired)
    {
        await TestContext.Progress.WriteLineAsync($"SKIPPED: {reason}");
        if (isRequired)
        {
            Assert.Fail(reason);
        }

        Assert.Ignore(reason);
    }
}
