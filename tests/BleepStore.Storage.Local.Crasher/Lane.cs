using System.Diagnostics;
using System.Globalization;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>One store, and the processes that are killed on it one after the other, or whose disk loses its power.</summary>
/// <param name="around">The folder that the store is made in.</param>
/// <param name="seed">What everything but the moments of death follows from.</param>
/// <param name="power">Takes the power from the disk. Without it processes are killed.</param>
/// <param name="isDurable">Whether the processes flush. Default: now this, now that, which survives a kill.</param>
/// <param name="isManaged">Whether the stores are on the file layer for systems other than Linux.</param>
internal sealed class Lane(string around, int seed, IPowerSwitch? power = null, bool? isDurable = null, bool isManaged = false)
{
    private readonly Random _random = new(seed);
    private readonly string _root = Path.Combine(around, "root");
    private readonly string _canary = Path.Combine(around, "outside", "canary.txt");
    private readonly List<string> _journal = [];
    private Dictionary<string, Content> _bystanders = [];

    public Ledger Ledger { get; } = new();

    public int Kills { get; private set; }

    public int Objects { get; private set; }

    public async Task RunAsync(int kills)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_canary)!);
        await File.WriteAllTextAsync(_canary, "canary");
        await PrepareAsync();
        for (int i = 0; i < kills; i++)
        {
            await KillOneAsync(seed: _random.Next(20_000));
            Kills++;
            try
            {
                var inspection = new Inspection(_root, Ledger, _bystanders, new Random(_random.Next()), isManaged);
                await inspection.RunAsync(isDurable: power is not null || _random.Next(2) == 0, keepsRecordsInFiles: _random.Next(2) == 0);
                await (power?.FlushAsync() ?? Task.CompletedTask);
                Objects += inspection.Objects;
                string[] outside = Directory.GetFileSystemEntries(around, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(_root, StringComparison.Ordinal)).ToArray();
                if (outside.Length != 2 || await File.ReadAllTextAsync(_canary) != "canary")
                {
                    throw new CrashTestException($"Something outside the root changed: {string.Join(", ", outside)}");
                }
            }
            catch (Exception failure) when (failure is CrashTestException or StorageException or IOException)
            {
                throw new CrashTestException($"After kill {Kills} of the lane with seed {seed}, in {_root}: {failure}\nThe child had said, last:\n{string.Join('\n', _journal.TakeLast(24))}", failure);
            }
        }

        Directory.Delete(around, recursive: true);
    }

    private async Task PrepareAsync()
    {
        await using ObjectStore store = Plan.Open(_root, isDurable: true, keepsRecordsInFiles: false, isManaged);
        await store.CreateBucketAsync(Plan.Bucket);
        for (int i = 0; i < Plan.Bystanders.Length; i++)
        {
            await store.GetBucket(Plan.Bucket).PutAsync(Plan.Bystanders[i], Content.Bytes(-1 - i, 1000 * i), Content.PutOptions(-1 - i));
        }

        await (power?.FlushAsync() ?? Task.CompletedTask);
        _bystanders = Plan.Bystanders.Select((key, i) => (key, Content.OfPut(-1 - i, 1000 * i))).ToDictionary(StringComparer.Ordinal);
    }

    private async Task KillOneAsync(int seed)
    {
        // Most die a moment after so many changes, some while they start. All modes of a store may follow each other on one root.
        bool whileStarting = _random.Next(12) == 0;
        int changes = _random.Next(40);
        TimeSpan delay = TimeSpan.FromMilliseconds(_random.NextDouble() * (whileStarting ? 200 : 10));
        _journal.Clear();
        using Process child = Child.Start(
            "work",
            "--root", _root,
            "--seed", seed.ToString(CultureInfo.InvariantCulture),
            "--durability", (isDurable ?? _random.Next(2) == 0) ? "full" : "none",
            "--layer", isManaged ? "managed" : "native",
            "--records", _random.Next(2) == 0 ? "files" : "attributes");
        var isWriting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = Task.Run(async () =>
        {
            while (await child.StandardOutput.ReadLineAsync() is { } line)
            {
                _journal.Add(line);
                if (line.StartsWith("end", StringComparison.Ordinal) && changes-- == 0)
                {
                    isWriting.TrySetResult();
                }
            }

            isWriting.TrySetResult();
        });
        Task<string> errors = child.StandardError.ReadToEndAsync();
        await (whileStarting ? Task.CompletedTask : isWriting.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        await Task.Delay(delay);
        bool isAlive = !child.HasExited;
        child.Kill();

        // The process dies with its disk, a moment before: after the disk has stopped, XFS answers that it has flushed a folder. When power is
        // lost, nobody hears such an answer.
        await (power?.CutAsync() ?? Task.CompletedTask);
        await child.WaitForExitAsync();
        await reading;
        await (power?.RestoreAsync() ?? Task.CompletedTask);
        if (!isAlive)
        {
            throw new CrashTestException($"The child ended by itself: {await errors}{string.Join('\n', _journal.TakeLast(8))}");
        }

        _journal.ForEach(Ledger.Read);
    }
}
