using System.Diagnostics;

namespace BleepStore.Storage.LoadTest;

/// <summary>Runs this program as a process of its own that may open few files.</summary>
public static class LoadChild
{
    /// <summary>The maximum number of descriptors of the process, which is the default of many systems.</summary>
    public const int MostFiles = 1024;

    /// <exception cref="InvalidOperationException">The process reported nothing; the message has what it said instead.</exception>
    public static async Task<LoadReport> RunAsync(string store, string source, int puts, string? folder = null)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        string program = Path.Combine(AppContext.BaseDirectory, "BleepStore.Storage.LoadTest.dll");
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        string[] arguments =
        [
            "-c", $"ulimit -n {MostFiles} && exec \"$@\"", "load", host, program,
            "--store", store, "--source", source, "--puts", puts.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--folder", folder ?? Path.GetTempPath(),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim().Length > 0
            ? LoadReport.Parse(output)
            : throw new InvalidOperationException($"The load of {puts} puts ended with {process.ExitCode} and no report: {await errors}");
    }
}
