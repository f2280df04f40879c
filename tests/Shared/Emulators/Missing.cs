namespace BleepStore.Storage.Tests.Shared;

/// <summary>
/// Ends a test whose server or program is not on this machine. Nothing is left out in silence. The reason ends the output of <c>dotnet
/// test</c>, and in CI what is required fails.
/// </summary>
internal static class Missing
{
    public static bool IsCI => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <param name="reason">The missing tool, and how to get it.</param>
    /// <param name="isRequired">Whether it is a failure.</param>
    public static void EndTest(string reason, bool isRequired)
    {
        NotTested.Add(reason);
        if (isRequired)
        {
            Assert.Fail(reason);
        }

        Assert.Ignore(reason);
    }
}
