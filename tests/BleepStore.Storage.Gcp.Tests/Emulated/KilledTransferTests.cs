using System.Diagnostics;
using System.Globalization;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Gcp.Tests.Emulated;

/// <summary>Processes that are killed while they transfer a file, and this one that goes on. Objects that are overwritten meanwhile.</summary>
[Category(LongRun.Category)]
public sealed class KilledTransferTests
{
    private const int MiB = 1024 * 1024;

    private static readonly int Kills = LongRun.Count(10, 200);
    private static readonly int Size = (LongRun.Count(40, 256) * MiB) + 4321;

    /// <summary>The bytes that can be lost with a process, which are those of the parts in progress.</summary>
    private static readonly long UnderWay = new ObjectStoreOptions().MaxConcurrency * 5L * MiB;

    private readonly Random _random = new(41);

    [Test]
    public async Task An_upload_that_was_killed_anywhere_is_resumed()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        using var folder = new TemporaryFolder();
        Bucket bucket = await served.Store.CreateBucketAsync("bucket");
        byte[] content = Payload.Bytes(Size);
        string file = folder.File("file", content);
        string etag = (await bucket.PutFileAsync("whole", file)).ETag;
        int resumed = 0;
        string journal = folder.PathOf("journal");
        TimeSpan whole = await TimeAsync(served, ["object", file, journal], isUpload: true);
        for (int kill = 0; kill < Kills; kill++)
        {
            await bucket.DeleteAsync("object");
            served.Server.Requests.Clear();
            await KillAsync(served, ["object", file, journal], isUpload: true, whole * _random.NextDouble());
            bool isDone = !File.Exists(journal) && await bucket.ExistsAsync("object");
            resumed += File.Exists(journal) ? 1 : 0;

            if (!isDone)
            {
                await bucket.PutFileResumablyAsync("object", file, journal);
                Assert.That(Sent(served.Server), Is.LessThanOrEqualTo(Size + UnderWay), $"bytes sent at kill {kill}");
            }

            ObjectProperties stored = await bucket.HeadAsync("object");
            Assert.That((stored.Size, stored.ETag), Is.EqualTo((Size, etag)), $"kill {kill}");
            await using ObjectReader reader = await bucket.GetAsync("object");
            Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(content), Is.True, $"kill {kill}");
            Assert.That(folder.Names, Is.EqualTo(["file"]));
        }

        Assert.That(resumed, Is.Positive, "some were killed in the middle");
        TestContext.Out.WriteLine($"{Kills} uploads of {Size} bytes were killed, {resumed} of them in the middle");
    }

    [Test]
    public async Task A_download_that_was_killed_anywhere_is_resumed()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        using var folder = new TemporaryFolder();
        Bucket bucket = await served.Store.CreateBucketAsync("bucket");
        byte[] content = Payload.Bytes(Size);
        await bucket.PutAsync("object", content);
        string file = folder.PathOf("file");
        int resumed = 0;
        TimeSpan whole = await TimeAsync(served, ["object", file], isUpload: false);
        for (int kill = 0; kill < Kills; kill++)
        {
            File.Delete(file);
            served.Server.Requests.Clear();
            await KillAsync(served, ["object", file], isUpload: false, whole * _random.NextDouble());
            bool isDone = File.Exists(file);
            resumed += !isDone && folder.Names.Any() ? 1 : 0;

            if (!isDone)
            {
                await bucket.GetFileAsync("object", file, new GetFileOptions { Resume = true });
                long received = served.Server.Requests.Records.Sum(static record => record.BytesDown);
                Assert.That(received, Is.LessThanOrEqualTo(Size + UnderWay), $"bytes sent at kill {kill}");
                Assert.That(folder.Names, Is.EqualTo(["file"]));
            }

            Assert.That((await File.ReadAllBytesAsync(file)).AsSpan().SequenceEqual(content), Is.True, $"kill {kill}");
        }

        Assert.That(resumed, Is.Positive, "some were killed in the middle");
        TestContext.Out.WriteLine($"{Kills} downloads of {Size} bytes were killed, {resumed} of them in the middle");
    }

    [Test]
    public async Task A_download_of_an_object_that_is_overwritten_is_whole_or_fails()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        using var folder = new TemporaryFolder();
        Bucket bucket = await served.Store.CreateBucketAsync("bucket");
        byte[][] contents = [Payload.Bytes((5 * MiB) + 5, seed: 1), Payload.Bytes((10 * MiB) + 5, seed: 2)];
        string file = folder.PathOf("file");
        int[] outcomes = new int[3];
        await bucket.PutAsync("object", contents[0]);
        long begun = Stopwatch.GetTimestamp();
        await bucket.PutAsync("object", contents[0]);
        TimeSpan put = Stopwatch.GetElapsedTime(begun);
        for (int round = 0; round < LongRun.Count(50, 2000); round++)
        {
            await File.WriteAllBytesAsync(file, [1, 2, 3]);
            byte[] next = contents[(round + 1) % 2];
            Task overwriting = bucket.PutAsync("object", next);
            await Task.Delay(put * (1.5 * _random.NextDouble()));
            bool failed = false;
            try
            {
                await bucket.GetFileAsync("object", file, new GetFileOptions { Resume = round % 3 == 0 });
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
            {
                failed = true;
            }

            await overwriting;
            byte[] found = await File.ReadAllBytesAsync(file);
            int outcome = failed ? 2 : found.AsSpan().SequenceEqual(next) ? 1 : 0;
            outcomes[outcome]++;
            byte[] expected = outcome == 2 ? [1, 2, 3] : outcome == 1 ? next : contents[round % 2];
            Assert.That(found.AsSpan().SequenceEqual(expected), Is.True, $"round {round}, outcome {outcome}");
        }

        TestContext.Out.WriteLine($"{outcomes[0]} old, {outcomes[1]} new, {outcomes[2]} failed");
        Assert.That(outcomes.Count(static count => count > 0), Is.GreaterThan(1), "the moments differ");
    }

    /// <summary>The bytes of the requests that carry parts, without what describes each part.</summary>
    private static long Sent(GcsServer server)
    {
        const int description = 1024;
        return server.Requests.Records
            .Where(static record => record.Operation.StartsWith("objects.insert", StringComparison.Ordinal))
            .Select(static record => record.Headers.TryGetValue("Content-Length", out string? length)
                ? long.Parse(length, CultureInfo.InvariantCulture)
                : 0)
            .Sum(static length => Math.Max(0, length - description));
    }

    /// <summary>The time of a whole transfer by a process, from its first request.</summary>
    private static async Task<TimeSpan> TimeAsync(ServedStore served, string[] what, bool isUpload)
    {
        using Process process = await BeginAsync(served, what, isUpload);
        long begun = Stopwatch.GetTimestamp();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, output);
        return Stopwatch.GetElapsedTime(begun);
    }

    private static async Task KillAsync(ServedStore served, string[] what, bool isUpload, TimeSpan after)
    {
        using Process process = await BeginAsync(served, what, isUpload);
        await Task.Delay(after);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Starts a process, which says when it begins to transfer.</summary>
    private static async Task<Process> BeginAsync(ServedStore served, string[] what, bool isUpload)
    {
        Process process = Child.Start([isUpload ? "upload" : "download", served.Server.BaseUri.AbsoluteUri, .. what]);
        Assert.That(await process.StandardOutput.ReadLineAsync(), Is.EqualTo("begins"));
        return process;
    }
}
