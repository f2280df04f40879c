using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BleepStore.Storage.Benchmarks.Cases;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>Runs this program anew for one step of a case.</summary>
internal static class MeasuredProcess
{
    /// <summary>The beginning of a child's line with its measurement.</summary>
    public const string Mark = "measured ";

    public static Task PrepareAsync(BenchmarkCase benchmark, BenchmarkContext context, CancellationToken cancellationToken) =>
        RunAsync(["prepare", benchmark.Name], context, cancellationToken);

    public static async Task<Measurement> MeasureAsync(
        BenchmarkCase benchmark, Side side, BenchmarkContext context, CancellationToken cancellationToken) =>
        (await MeasureAsync(["measure", benchmark.Name, side.ToString()], context, cancellationToken))[0];

    public static async Task<(Measurement Library, Measurement Baseline)> MeasurePairAsync(
        BenchmarkCase benchmark, BenchmarkContext context, CancellationToken cancellationToken)
    {
        List<Measurement> both = await MeasureAsync(["measure-pair", benchmark.Name], context, cancellationToken);
        return (both[0], both[1]);
    }

    private static async Task<List<Measurement>> MeasureAsync(
        string[] command, BenchmarkContext context, CancellationToken cancellationToken)
    {
        string output = await RunAsync(command, context, cancellationToken);
        List<Measurement> measured =
        [
            .. output.Split('\n')
            .Where(static line => line.StartsWith(Mark, StringComparison.Ordinal))
            .Select(static line => JsonSerializer.Deserialize<Measurement>(line[Mark.Length..])!),
        ];
        return measured.Count > 0
            ? measured
            : throw new InvalidOperationException($"'{string.Join(' ', command)}' measured nothing. It wrote: {output}");
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

        if (context.Throttled is { } throttled)
        {
            arguments.AddRange(["--throttled", throttled]);
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
