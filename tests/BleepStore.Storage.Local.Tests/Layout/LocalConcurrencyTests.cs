using System.Globalization;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Layout;

/// <summary>Two stores on one root, as two processes have them: their locks meet in the file system only.</summary>
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalConcurrencyTests(DiskLayer layer) : LocalFixture(layer)
{
    [Test]
    public async Task Counters_by_compare_and_swap_lose_no_step_with_unconditional_writers_of_other_keys_beside()
    {
        Bucket[] buckets = [await OpenBucketAsync(), await OpenBucketAsync(store: Open())];
        await buckets[0].PutAsync("counter", Bytes("0"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            Bucket bucket = buckets[i % 2];
            for (int step = 0; step < 25;)
            {
                ObjectProperties seen;
                int value;
                await using (ObjectReader reader = await bucket.GetAsync("counter"))
                {
                    seen = reader.Properties;
                    value = int.Parse(await reader.ReadAllAsync(), CultureInfo.InvariantCulture);
                }

                try
                {
                    await bucket.PutAsync("counter", Bytes($"{value + 1}"), i < 4 ? new PutOptions { IfRevision = seen.Revision } : new PutOptions { IfMatch = seen.ETag });
                    step++;
                }
                catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
                {
                    await bucket.PutAsync($"other-{i}", Bytes("x"));
                }
            }
        })));

        Assert.That(await ReadAsync(buckets[0], "counter"), Is.EqualTo("200"));
    }

    [Test]
    public async Task Of_many_writers_that_create_one_key_one_wins()
    {
        Bucket[] buckets = [await OpenBucketAsync(), await OpenBucketAsync(store: Open())];
        int won = 0;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            try
            {
                await buckets[i % 2].PutAsync("key", Bytes($"{i}"), new PutOptions { IfAbsent = true });
                Interlocked.Increment(ref won);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
            {
                // Lost.
            }
        })));

        Assert.That(won, Is.EqualTo(1));
    }

    [Test]
    public async Task Readers_during_overwrites_never_see_a_mix()
    {
        Bucket one = await OpenBucketAsync();
        Bucket two = await OpenBucketAsync(store: Open());
        await one.PutAsync("key", new byte[300_000]);
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await using ObjectReader reader = await two.GetAsync("key");
                byte[] bytes = await reader.ReadAllAsync();
                Assert.That(bytes.AsSpan().IndexOfAnyExcept(bytes[0]), Is.EqualTo(-1));
                Assert.That(bytes.Length, Is.EqualTo(300_000 + bytes[0]));
            }
        }))];
        for (byte i = 0; i < 100; i++)
        {
            byte[] bytes = new byte[300_000 + i];
            Array.Fill(bytes, i);
            await (i % 2 == 0 ? one : two).PutAsync("key", bytes);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Test]
    public async Task Waiting_for_a_key_that_another_instance_holds_can_be_cancelled()
    {
        Bucket bucket = await OpenBucketAsync();
        Assert.That(Layer.OpenRoot(Path.Combine(Root, ".bleepstore"), out DiskFolder folder), Is.EqualTo(DiskError.None));
        Assert.That(folder.OpenLocks("locks", makesMissing: true, out DiskLocks locks), Is.EqualTo(DiskError.None));
        using (folder)
        using (locks)
        {
            for (int stripe = 0; stripe < 10_000; stripe++)
            {
                locks.TryLock(stripe);
            }

            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

            await Assert.CatchAsync<OperationCanceledException>(() => bucket.PutAsync("key", Bytes("x"), cancellationToken: cancel.Token));
        }

        await bucket.PutAsync("key", Bytes("x"));
    }
}
