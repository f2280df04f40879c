using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Runs this program anew for one step of a case.</summary>
internal static class MeasuredProcess
{
    /// <summary>What the line of a child begins with that has its measurement.</summary>
    public const string Mark = "measured ";

    public static Task PrepareAsync(BenchmarkCase benchmark, BenchmarkContext context, CancellationToken cancellationToken) =>
        RunAsync(["prepare", benchmark.Name], context, cancellationToken);

    public static async Task<Measurement> MeasureAsync(BenchmarkCase benchmark, Side side, BenchmarkContext context, CancellationToken cancellationToken)
    {
        string output = await RunAsync(["measure", benchmark.Name, side.ToString()], context, cancellationToken);
        string? line = output.Split('\n').FirstOrDefault(static line => line.StartsWith(Mark, StringComparison.Ordinal));
        return line is null
            ? throw new InvalidOperationException($"{benchmark.Name}, {side}: the process measured nothing. It wrote: {output}")
            : JsonSerializer.Deserialize<Measurement>(line[Mark.Length..])!;
    }

    private static async Task<string> RunAsync(IEnumerable<string> command, BenchmarkContext context, CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            Path.ChangeExtension(typeof(MeasuredProcess).Assembly.Location, ".dll"),
            .. command,
            "--bytes", context.Size.Bytes.ToString(CultureInfo.InvariantCulture),
            "--count", context.Size.Count.ToString(CultureInfo.InvariantCulture),
            "--folder", context.Folder,
        ];
        if (context.Server is { } server)
        {
            arguments.AddRange(["--server", server]);
        }

        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        await using CancellationTokenRegistration kill = cancellationToken.Register(static state => ((Process)state!).Kill(), process);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{string.Join(' ', arguments.Skip(1))}' ended with {process.ExitCode}: {await errors}");
    }
}
