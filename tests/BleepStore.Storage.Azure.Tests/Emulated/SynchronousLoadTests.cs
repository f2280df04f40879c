using System.Diagnostics;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Emulated;

/// <summary>
/// Many synchronous callers on the default thread pool. To measure with a larger one, set <c>DOTNET_ThreadPool_ForceMinWorkerThreads</c> to
/// a hexadecimal number.
/// </summary>
[NonParallelizable]
public class SynchronousLoadTests
{
    private const int MiB = 1024 * 1024;

    /// <summary>How much a synchronous writer keeps in memory before it waits for the store.</summary>
    private const int MiBAhead = 4;

    private static readonly int Callers = LongRun.Count(16, 64);
    private static readonly int Rounds = LongRun.Count(1, 3);

    private static IEnumerable<int> Sizes => LongRun.IsFull ? [1, 8] : [1];

    [Test]
    [Category(LongRun.Category)]
    public async Task Synchronous_readers_and_writers_take_at_most_twice_as_long_as_asynchronous_ones([ValueSource(nameof(Sizes))] int size)
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = emulated.Store.GetBucket("bucket");
        byte[] content = new byte[size * MiB];
        ObjectProperties stored = await bucket.PutAsync("object", content);
        await RunAsync(_ => ReadAsync(bucket));

        (Figures asyncReads, Figures syncReads) = await CompareAsync(
            $"reads of {size} MiB", _ => ReadAsync(bucket), _ => Task.Run(() => Read(bucket)));
        (Figures asyncWrites, Figures syncWrites) = await CompareAsync(
            $"writes of {size} MiB",
            caller => WriteAsync(bucket, caller, content),
            caller => Task.Run(() => Write(bucket, caller, content)));

        for (int caller = 0; caller < Callers; caller++)
        {
            Assert.That((await bucket.HeadAsync($"written-{caller}")).ETag, Is.EqualTo(stored.ETag));
        }

        if (!LongRun.IsFull)
        {
            // Beside other tests the times say nothing.
            return;
        }

        Assert.That(syncReads.Took, Is.LessThanOrEqualTo(2 * asyncReads.Took));
        Assert.That(syncReads.LatestTimer.TotalSeconds, Is.LessThan(1));
        if (size <= MiBAhead)
        {
            Assert.That(syncWrites.Took, Is.LessThanOrEqualTo(2 * asyncWrites.Took));
            Assert.That(syncWrites.LatestTimer.TotalSeconds, Is.LessThan(1));
            return;
        }

        // Each of these writers blocks a thread of the pool. A pool of the default size grows too slowly for them (docs/streams.md).
        ThreadPool.GetMinThreads(out int threads, out _);
        if (threads >= 2 * Callers)
        {
            Assert.That(syncWrites.Took, Is.LessThanOrEqualTo(2 * asyncWrites.Took));
        }
        else
        {
            TestContext.Out.WriteLine($"No limit for writes of {size} MiB. The pool begins with {threads} threads for {Callers} callers.");
        }
    }

    private static async Task ReadAsync(Bucket bucket)
    {
        await using ObjectReader reader = await bucket.GetAsync("object");
        await reader.Content.CopyToAsync(Stream.Null);
    }

    private static async Task Read(Bucket bucket)
    {
        using ObjectReader reader = await bucket.GetAsync("object");
        reader.Content.CopyTo(Stream.Null);
    }

    private static async Task WriteAsync(Bucket bucket, int caller, byte[] content)
    {
        await using ObjectWriter writer = await bucket.OpenWriteAsync($"written-{caller}");
        for (int at = 0; at < content.Length; at += 4096)
        {
            await writer.Stream.WriteAsync(content.AsMemory(at, 4096));
        }

        await writer.CommitAsync();
    }

    private static async Task Write(Bucket bucket, int caller, byte[] content)
    {
        using ObjectWriter writer = await bucket.OpenWriteAsync($"written-{caller}");
        for (int at = 0; at < content.Length; at += 4096)
        {
            writer.Stream.Write(content.AsSpan(at, 4096));
        }

        await writer.CommitAsync();
    }

    /// <summary>Measures both in turn. The median time says more than the mean on a machine that does other things too.</summary>
    private static async Task<(Figures Asynchronous, Figures Synchronous)> CompareAsync(
        string what, Func<int, Task> asynchronous, Func<int, Task> synchronous)
    {
        var first = new List<Figures>();
        var second = new List<Figures>();
        for (int round = 0; round < Rounds; round++)
        {
            first.Add(await RunAsync(asynchronous));
            second.Add(await RunAsync(synchronous));
            TestContext.Out.WriteLine($"{what}: {first[^1]}, synchronous {second[^1]}");
        }

        return (Typical(first), Typical(second));
    }

    private static Figures Typical(List<Figures> rounds) => new(
        rounds.Select(static round => round.Took).Order().ElementAt(rounds.Count / 2), rounds.Max(static round => round.LatestTimer));

    private static async Task<Figures> RunAsync(Func<int, Task> call)
    {
        TimeSpan latest = default;
        long last = Stopwatch.GetTimestamp();
        await using (new Timer(
            _ =>
            {
                TimeSpan late = Stopwatch.GetElapsedTime(Interlocked.Exchange(ref last, Stopwatch.GetTimestamp()));
                latest = late > latest ? late : latest;
            },
            null,
            10,
            10))
        {
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(call));
            return new Figures(Stopwatch.GetElapsedTime(start), latest);
        }
    }

    private readonly record struct Figures(TimeSpan Took, TimeSpan LatestTimer)
    {
        public override string ToString() => $"{Took.TotalMilliseconds:0} ms (latest timer {LatestTimer.TotalMilliseconds:0} ms)";
    }
}
