using System.Diagnostics;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>Programs of the system that carry files and their attributes about, as backups do.</summary>
internal static class Tools
{
    /// <summary>Gives a file the record and the time of another one, and leaves its bytes, as <c>rsync -aX</c> can.</summary>
    public static async Task CarryRecordAsync(string from, string to)
    {
        await RunAsync("cp", "--attributes-only", "--preserve=xattr", from, to);
        await RunAsync("touch", "-r", from, to);
    }

    /// <summary>Runs a program, which has to succeed.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return output;
    }
}
