using Spectre.Console;

namespace BleepStore.Samples.AzureBlocks;

/// <summary>Shows the progress of the parts, as a bar on a terminal, and elsewhere as one line for each part.</summary>
/// <param name="bar">The bar. <see langword="null"/> without a terminal.</param>
internal sealed class PartProgress(ProgressTask? bar)
{
    /// <param name="size">How many bytes there are to do.</param>
    /// <param name="work">Does it, and says so.</param>
    public static async Task RunAsync(long size, Func<PartProgress, Task> work)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            await work(new PartProgress(bar: null));
            return;
        }

        await AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => work(new PartProgress(context.AddTask("   parts", maxValue: Math.Max(1, size)))));
    }

    public void Done(int number, long size, string what)
    {
        bar?.Increment(size);
        if (bar is null)
        {
            Console.WriteLine($"   part {number}: {size:N0} bytes, {what}");
        }
    }
}
