namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>Waits for what another thread or process does.</summary>
internal static class Until
{
    private const int Patience = 30_000;

    public static async Task TrueAsync(Func<bool> condition, string? what = null)
    {
        for (long start = Environment.TickCount64; !condition(); await Task.Delay(1))
        {
            Assert.That(Environment.TickCount64 - start, Is.LessThan(Patience), what ?? "it must come true");
        }
    }
}
