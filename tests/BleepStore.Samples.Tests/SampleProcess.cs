using System.Diagnostics;

namespace BleepStore.Samples.Tests;

/// <summary>A sample that ran as a process, as its users run it.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record SampleProcess(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a sample that was built beside the tests.</summary>
    /// <param name="sample">The sample's assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="temporary">Its temporary folder, which shows the files that it leaves behind.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="onLine">Called with each line of output and the process, to act on it while it runs.</param>
    /// <param name="environment">More environment variables. <see langword="null"/> removes one.</param>
    public static async Task<SampleProcess> RunAsync(
        string sample,
        IEnumerable<string> arguments,
        string temporary,
        CancellationToken cancellationToken,
        Action<string, Process>? onLine = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = temporary,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{sample}.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // One of the two is what .NET looks at, by system.
        start.Environment["TMPDIR"] = temporary;
        start.Environment["TMP"] = temporary;

        // Numbers are written alike wherever the tests run.
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";

        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration kill = cancellationToken.Register(static state => ((Process)state!).Kill(), process);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            output.Add(line);
            onLine?.Invoke(line, process);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return new SampleProcess(process.ExitCode, string.Join('\n', output), await error);
    }
}
