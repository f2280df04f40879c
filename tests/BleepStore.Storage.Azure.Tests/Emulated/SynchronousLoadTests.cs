using System.Diagnostics;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Emulated;

/// <summary>Many synchronous callers on the default thread pool.</summary>
[NonParallelizable]
public class SynchronousLoadTests
{
    private static readonly int Callers = LongRun.Count(16, 64);
    private static readonly byte[] Content = new byte[1024 * 1024];

    [Test]
    [Category(LongRun.Category)]
    public async Task Synchronous_readers_and_writers_take_at_most_twice_as_long_as_asynchronous_ones()
    {
        await using EmulatedStore emulated = await EmulatedStore.CreateAsync();
        Bucket bucket = emulated.Store.GetBucket("bucket");
        await bucket.PutAsync("object", Content);
        await RunAsync(caller => ReadAsync(bucket));

        Figures asyncReads = await RunAsync(_ => ReadAsync(bucket));
        Figures syncReads = await RunAsync(_ => Task.Run(() => Read(bucket)));
        Figures asyncWrites = await RunAsync(caller => WriteAsync(bucket, caller));
        Figures syncWrites = await RunAsync(caller => Task.Run(() => Write(bucket, caller)));

        TestContext.Out.WriteLine($"reads: {asyncReads}, synchronous {syncReads}");
        TestContext.Out.WriteLine($"writes: {asyncWrites}, synchronous {syncWrites}");
        for (int caller = 0; caller < Callers; caller++)
        {
            Assert.That((await bucket.HeadAsync($"written-{caller}")).ETag, Is.EqualTo((await bucket.HeadAsync("object")).ETag));
        }

        if (!LongRun.IsFull)
        {
            // Beside other tests the times say nothing.
            return;
        }

        Assert.That(syncReads.Took, Is.LessThanOrEqualTo(2 * asyncReads.Took));
        Assert.That(syncWrites.Took, Is.LessThanOrEqualTo(2 * asyncWrites.Took));
        Assert.That(Math.Max(syncReads.LatestTimer.TotalSeconds, syncWrites.LatestTimer.TotalSeconds), Is.LessThan(1));
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

    private static async Task WriteAsync(Bucket bucket, int caller)
    {
        await using ObjectWriter writer = await bucket.OpenWriteAsync($"written-{caller}");
        for (int at = 0; at < Content.Length; at += 4096)
        {
            await writer.Stream.WriteAsync(Content.AsMemory(at, 4096));
        }

        await writer.CommitAsync();
    }

    private static async Task Write(Bucket bucket, int caller)
    {
        using ObjectWriter writer = await bucket.OpenWriteAsync($"written-{caller}");
        for (int at = 0; at < Content.Length; at += 4096)
        {
            writer.Stream.Write(Content.AsSpan(at, 4096));
        }

        await writer.CommitAsync();
    }

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
