using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO.Enumeration;
using System.Text.Json;
using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Reports;
using BleepStore.Storage.Benchmarks.Running;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Benchmarks;

/// <summary>The command line.</summary>
internal static class Commands
{
    private const int Exceeded = 1;
    private const int Incomplete = 2;
    private const int Cancelled = 130;

    private static readonly Option<long?> Bytes =
        new("--bytes", "--size") { Description = "The size of an object, in bytes. Left out: the case's own." };
    private static readonly Option<int?> Count =
        new("--count") { Description = "How many operations, parts or keys. Left out: the case's own." };
    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Where cases keep their files: on the disk that is to be measured. Left out: the temporary folder.",
        DefaultValueFactory = static _ => Path.GetTempPath(),
    };

    private static readonly Option<string?> Server = new("--server") { Description = "The address of the server." };
    private static readonly Option<string?> Throttled = new("--throttled") { Description = "The server's address through a slow line." };

    public static RootCommand Create()
    {
        const string description = "Measures the library beside what one would write without it.";
        return new RootCommand(description) { List(), Run(), Draw(), Prepare(), Measure(), MeasurePair() };
    }

    private static Command List()
    {
        var command = new Command("list", "Shows the cases, what they compare and their limits.");
        command.SetAction(static _ =>
        {
            foreach (BenchmarkCase benchmark in Catalogue.All)
            {
                Console.WriteLine($"{benchmark.Name} ({Units.Bytes(benchmark.FullSize.Bytes)}, count {benchmark.FullSize.Count})");
                Console.WriteLine($"  library:  {benchmark.Library}");
                Console.WriteLine($"  baseline: {benchmark.Baseline}");
                Console.WriteLine($"  bound by: {benchmark.BoundBy}");
                Console.WriteLine($"  limits:   {string.Join(", ", benchmark.Limits.Select(static limit => limit.Show()))}");
            }
        });
        return command;
    }

    private static Command Run()
    {
        Argument<string[]> names = Names();
        var rounds =
            new Option<int?>("--rounds") { Description = "How many pairs are measured, after one that is not. Left out: the case's own." };
        rounds.Validators.Add(static given =>
        {
            if (given.GetValueOrDefault<int?>() < 1)
            {
                given.AddError("--rounds: at least 1.");
            }
        });
        var enforce = new Option<bool>("--enforce") { Description = $"End with {Exceeded} when a limit is exceeded." };
        var isShort = new Option<bool>("--short") { Description = "Only enough to see that everything works; the figures mean nothing." };
        var results = new Option<string?>("--results") { Description = "A JSON file for 'chart'. Figures of other cases in it stay." };
        var command = new Command("run", "Runs cases and prints a Markdown table.")
        {
            names, rounds, Bytes, Count, Folder, isShort, enforce, results,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            string[] wanted = arguments.GetValue(names) ?? [];
            string folder = Directory.CreateDirectory(arguments.GetRequiredValue(Folder)).FullName;
            bool isSmall = arguments.GetValue(isShort);
            var runner = new CaseRunner(folder, isSmall, Console.Error.WriteLine);
            var measured = new List<CaseResult>();
            bool isComplete = true;
            try
            {
                foreach (BenchmarkCase benchmark in Catalogue.All.Where(benchmark => IsWanted(benchmark, wanted, isSmall)))
                {
                    if (await benchmark.FindObstacleAsync() is { } obstacle)
                    {
                        await Console.Error.WriteLineAsync($"SKIPPED {benchmark.Name}: {obstacle}");
                        isComplete = false;
                        continue;
                    }

                    int pairs = arguments.GetValue(rounds) ?? benchmark.DefaultRounds;
                    CaseResult result = await runner.RunAsync(benchmark, SizeOf(benchmark, arguments, isSmall), pairs, cancellationToken);
                    measured.Add(result);
                    if (arguments.GetValue(results) is { } path)
                    {
                        await ResultsFile.AddAsync(path, MeasuredCase.Of(result, isSmall, Machine.Describe(folder)), cancellationToken);
                    }
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("Cancelled.");
                return Cancelled;
            }

            Console.WriteLine(MarkdownReport.Write(measured, Machine.Describe(folder)));
            foreach (CaseResult result in measured)
            {
                foreach (Limit limit in result.Exceeded)
                {
                    await Console.Error.WriteLineAsync($"{result.Case.Name}: {limit.Show()}, and was {limit.Show(limit.Actual(result))}");
                }
            }

            // As with the tests, nothing may be missing where everything must be proven.
            if (!isComplete && Missing.IsCI)
            {
                return Incomplete;
            }

            return arguments.GetValue(enforce) && measured.Any(static result => result.Exceeded.Any()) ? Exceeded : 0;
        });
        return command;
    }

    private static Command Draw()
    {
        var results = new Argument<string>("results") { Description = "The file that 'run --results' has written." };
        var picture = new Argument<string>("picture") { Description = "The SVG file to write." };
        Argument<string[]> names = Names();
        var metric = new Option<Metric>("--metric") { Description = "What is drawn.", DefaultValueFactory = static _ => Metric.Time };
        const string description = "Draws measured figures. It draws nothing that was not measured.";
        var command = new Command("chart", description) { results, picture, names, metric };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            string[] wanted = arguments.GetValue(names) ?? [];
            IReadOnlyList<MeasuredCase> measured = await ResultsFile.ReadAsync(arguments.GetRequiredValue(results), cancellationToken);
            List<MeasuredCase> drawn =
            [
                .. Catalogue.All
                    .Where(benchmark => IsWanted(benchmark, wanted, isShort: false))
                    .Select(benchmark => measured.FirstOrDefault(found => found.Name == benchmark.Name))
                    .OfType<MeasuredCase>()
                    .Where(found => found.Figures.ContainsKey(arguments.GetValue(metric))),
            ];
            if (drawn.Count == 0)
            {
                await Console.Error.WriteLineAsync("The file holds no figures of these cases. Measure them with 'run --results'.");
                return Incomplete;
            }

            string path = Path.GetFullPath(arguments.GetRequiredValue(picture));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, Chart.Draw(drawn, arguments.GetValue(metric)), cancellationToken);
            return 0;
        });
        return command;
    }

    private static Argument<string[]> Names()
    {
        var names = new Argument<string[]>("case")
        {
            Description = "Which cases; none means all. * stands for any characters.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.Validators.Add(static given =>
        {
            foreach (Token token in given.Tokens.Where(static token => !Catalogue.All.Any(benchmark => IsNamed(benchmark, token.Value))))
            {
                given.AddError($"There is no case '{token.Value}'. 'list' shows them.");
            }
        });
        return names;
    }

    /// <summary>For <see cref="MeasuredProcess"/>.</summary>
    private static Command Prepare()
    {
        var name = new Argument<string>("case");
        var command = new Command("prepare") { name, Bytes, Count, Folder, Server, Throttled };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) =>
        {
            BenchmarkCase benchmark = Find(arguments.GetRequiredValue(name));
            return benchmark.PrepareAsync(ContextOf(benchmark, arguments), cancellationToken);
        });
        return command;
    }

    /// <summary>For <see cref="MeasuredProcess"/>.</summary>
    private static Command Measure()
    {
        var name = new Argument<string>("case");
        var side = new Argument<Side>("side");
        var command = new Command("measure") { name, side, Bytes, Count, Folder, Server, Throttled };
        command.Hidden = true;
        command.SetAction(async (arguments, cancellationToken) =>
        {
            BenchmarkCase benchmark = Find(arguments.GetRequiredValue(name));
            await using Workload workload = await benchmark.OpenAsync(
                arguments.GetValue(side), ContextOf(benchmark, arguments), cancellationToken);
            Report(await Meter.MeasureAsync(workload, cancellationToken));
        });
        return command;
    }

    /// <summary>For <see cref="MeasuredProcess"/>.</summary>
    private static Command MeasurePair()
    {
        var name = new Argument<string>("case");
        var command = new Command("measure-pair") { name, Bytes, Count, Folder, Server, Throttled };
        command.Hidden = true;
        command.SetAction(async (arguments, cancellationToken) =>
        {
            BenchmarkCase benchmark = Find(arguments.GetRequiredValue(name));
            BenchmarkContext context = ContextOf(benchmark, arguments);
            await using var library = (TurnedWorkload)await benchmark.OpenAsync(Side.Library, context, cancellationToken);
            await using var baseline = (TurnedWorkload)await benchmark.OpenAsync(Side.Baseline, context, cancellationToken);
            (Measurement Library, Measurement Baseline) measured = await Meter.MeasurePairAsync(library, baseline, cancellationToken);
            Report(measured.Library);
            Report(measured.Baseline);
        });
        return command;
    }

    private static void Report(Measurement measured) => Console.WriteLine(MeasuredProcess.Mark + JsonSerializer.Serialize(measured));

    private static bool IsWanted(BenchmarkCase benchmark, string[] names, bool isShort) =>
        names.Length == 0 ? !(isShort && benchmark.IsOnlyFull) : names.Any(name => IsNamed(benchmark, name));

    private static bool IsNamed(BenchmarkCase benchmark, string name) => FileSystemName.MatchesSimpleExpression(name, benchmark.Name);

    private static BenchmarkCase Find(string name) => Catalogue.Find(name) ?? throw new ArgumentException($"There is no case '{name}'.");

    private static BenchmarkContext ContextOf(BenchmarkCase benchmark, ParseResult arguments) => new(
        SizeOf(benchmark, arguments, isShort: false),
        arguments.GetRequiredValue(Folder),
        arguments.GetValue(Server),
        arguments.GetValue(Throttled));

    private static CaseSize SizeOf(BenchmarkCase benchmark, ParseResult arguments, bool isShort)
    {
        CaseSize size = isShort ? benchmark.ShortSize : benchmark.FullSize;
        return new CaseSize(arguments.GetValue(Bytes) ?? size.Bytes, arguments.GetValue(Count) ?? size.Count);
    }
}
