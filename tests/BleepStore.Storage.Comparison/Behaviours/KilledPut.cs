using System.Diagnostics;
using BleepStore.Storage.Comparison.Places;

namespace BleepStore.Storage.Comparison.Behaviours;

/// <summary>A put in a process that is killed while the put waits for the rest of its source.</summary>
internal static class KilledPut
{
    public const string Command = "killed-put";

    private const string Waiting = "waiting";

    /// <summary>Starts this program again, and kills it when its put is in the middle.</summary>
    public static async Task RunAsync(PlaceKind kind, string where, string key)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "BleepStore.Storage.Comparison.dll");
        var start = new ProcessStartInfo("dotnet", [program, Command, kind.ToString(), where, key]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync();
        process.Kill();
        await process.WaitForExitAsync();
        if (line != Waiting)
        {
            throw new InvalidOperationException($"The process that puts said {line ?? "nothing"} and ended with {process.ExitCode}.");
        }
    }

    /// <summary>Runs in the second process. It does not return.</summary>
    public static async Task WaitInTheMiddleAsync(PlaceKind kind, string where, string key)
    {
        await using IPlace place = OpenPlace.Of(kind, where);
        await place.PutAsync(key, new BrokenSource(Catalogue.LargeSize, static async cancellationToken =>
        {
            await Console.Out.WriteLineAsync(Waiting);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }));
    }
}
