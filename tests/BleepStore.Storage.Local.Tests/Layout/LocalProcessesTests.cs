using System.Diagnostics;
using System.Globalization;
using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Layout;

/// <summary>Several processes on one root.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalProcessesTests(DiskLayer layer) : LocalFixture(layer)
{
    private const string Name = "crash";

    [Test]
    public async Task Four_processes_count_by_compare_and_swap_and_lose_no_step_while_others_write_without_conditions()
    {
        Bucket bucket = await OpenBucketAsync(Name);
        await bucket.PutAsync("counter", Bytes("0"));
        await bucket.PutAsync("shared", Bytes("0"));
        Process[] writers = [.. Enumerable.Range(1, 2).Select(id => StartChild("overwrite", "--id", id.ToString(CultureInfo.InvariantCulture)))];
        foreach (Process writer in writers)
        {
            Assert.That(await writer.StandardOutput.ReadLineAsync(), Is.EqualTo("writing"));
        }

        Process[] counters = [.. Enumerable.Range(0, 4).Select(_ => StartChild("count", "--steps", "100"))];
        try
        {
            string[] counted = await Task.WhenAll(counters.Select(ResultOfAsync));
            foreach (Process writer in writers)
            {
                await writer.StandardInput.WriteLineAsync("stop");
            }

            string[] wrote = await Task.WhenAll(writers.Select(ResultOfAsync));

            Assert.That(counted, Is.All.EqualTo("counted 100"));
            Assert.That(wrote, Is.All.Match("^wrote [1-9][0-9]"));
            Assert.That(await ReadAsync(bucket, "counter"), Is.EqualTo("400"));
            Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "counter", "shared" }));
            ObjectProperties shared = await bucket.HeadAsync("shared");
            Content content = Content.OfPut(int.Parse(shared.ContentType!["text/".Length..], CultureInfo.InvariantCulture), 50_000);
            Assert.That((shared.ETag, shared.Size, shared.Metadata["seed"]), Is.EqualTo((content.ETag, content.Size, content.Metadata)));
        }
        finally
        {
            End([.. writers, .. counters]);
        }
    }

    [Test]
    public async Task A_process_that_is_killed_while_it_holds_a_lock_and_writes_keeps_nobody_waiting_and_only_then_is_swept()
    {
        Bucket bucket = await OpenBucketAsync(Name);
        await bucket.PutAsync("endless", Bytes("old"));
        Process holder = StartChild("hold", "--key", "key");
        try
        {
            Assert.That(await holder.StandardOutput.ReadLineAsync(), Is.EqualTo("holding"));
            string temp = Temporaries().Single(path => new FileInfo(path).Length > 0);

            // Two that start while it writes: its file is not theirs to sweep, and its lock holds.
            await Open().CheckAsync();
            await Open().CheckAsync(new CheckOptions { ProbeWrite = true });
            Assert.That(File.Exists(temp), Is.True);
            using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
            {
                await Assert.CatchAsync<OperationCanceledException>(() => bucket.PutAsync("key", Bytes("x"), cancellationToken: soon.Token));
            }

            Task<ObjectProperties> waiting = bucket.PutAsync("key", Bytes("after"));
            holder.Kill();
            await waiting.WaitAsync(TimeSpan.FromMinutes(1));

            Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("after"));
            Assert.That(await ReadAsync(bucket, "endless"), Is.EqualTo("old"));
            await holder.WaitForExitAsync();
            await Open().CheckAsync();
            Assert.That(File.Exists(temp), Is.False);
        }
        finally
        {
            End(holder);
        }
    }

    private static async Task<string> ResultOfAsync(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output.Trim();
    }

    private static void End(params Process[] processes)
    {
        foreach (Process process in processes)
        {
            using (process)
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }
            }
        }
    }
}
