using BleepStore.Storage.Budget;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Budget;

public class TransferBudgetTests
{
    private const int PartSize = (int)TransferBudget.MinimumBytes;

    [Test]
    public async Task A_put_takes_what_it_holds_while_it_finds_out_whether_one_request_is_enough()
    {
        const int mib = 1024 * 1024;
        var budget = new TransferBudget(64 * mib);
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, partSize: 4 * mib, threshold: 12 * mib, concurrency: 4, buffered: 2, budget: budget);
        long lacking = 0;
        var source = new SequentialSource(new byte[14 * mib])
        {
            BeforeRead = (held, _) =>
            {
                lacking = Math.Max(lacking, held - (budget.Bytes - budget.Gate.Left));
                return Task.CompletedTask;
            },
        };

        await bucket.PutAsync("k", source);

        Assert.That(lacking, Is.Zero, "the bytes that are held and not taken from the budget");
        Assert.That((backend.Count("UploadPart"), backend.Count("Put")), Is.EqualTo((4, 0)));
    }

    [Test]
    public void The_shared_budget_is_that_of_every_store_that_is_given_no_other()
    {
        Assert.That(new ObjectStoreOptions().TransferBudget, Is.SameAs(TransferBudget.Shared));
        Assert.That(TransferBudget.Shared.Bytes, Is.EqualTo(256 * 1024 * 1024));
    }

    [Test]
    public void A_budget_below_the_least_is_refused() =>
        Assert.That(() => new TransferBudget(TransferBudget.MinimumBytes - 1), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_store_without_a_budget_is_refused() => Assert.That(
        static () => InMemoryStore.Create(storeOptions: new ObjectStoreOptions { TransferBudget = null! }),
        Throws.ArgumentException.With.Message.Contains(nameof(ObjectStoreOptions.TransferBudget)));

    [Test]
    public async Task A_download_that_waits_for_the_budget_ends_with_its_store()
    {
        var budget = new TransferBudget(TransferBudget.MinimumBytes);
        using var folder = new TemporaryFolder();
        await using ObjectStore store = InMemoryStore.Create(storeOptions: new ObjectStoreOptions { TransferBudget = budget });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("object", new byte[1]);
        using TransferPass? all = await budget.Gate.EnterAsync(budget.Bytes, CancellationToken.None);

        Task waiting = bucket.GetFileAsync("object", folder.PathOf("file"));
        await store.DisposeAsync();

        await Catch.AsyncAs<ObjectDisposedException>(() => waiting.WaitAsync(Until.Patience));
        Assert.That(folder.Names, Is.Empty);
    }

    /// <summary>Puts, parts, downloads, copies from one store to the other, and puts inside of puts, in any order.</summary>
    [Test]
    public async Task A_hundred_transfers_of_two_stores_end_on_a_budget_of_one_part([Values] bool streams)
    {
        var budget = new TransferBudget(TransferBudget.MinimumBytes);
        using var folder = new TemporaryFolder();
        Bucket[] buckets =
        [
            Stores.Over(new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams }) { IsLate = true }, PartSize, budget: budget),
            Stores.Over(new ScriptedBackend { IsLate = true }, PartSize, budget: budget),
        ];
        byte[] large = Bytes.Of(PartSize + 7);
        string file = folder.File("source", large);
        foreach (Bucket bucket in buckets)
        {
            await bucket.PutAsync("source", large);
        }

        var order = new Random(7);
        Task[] all = [.. Enumerable.Range(0, 100).Select(one => (one, Kind: order.Next(6))).Select(item => RunAsync(item.one, item.Kind))];
        await Task.WhenAll(all).WaitAsync(Until.Patience);

        Assert.That(budget.Gate.Left, Is.EqualTo(budget.Bytes), "everything was given back");
        foreach (Bucket bucket in buckets)
        {
            await foreach (ListEntry stored in bucket.ListAsync(new ListOptions { Prefix = "large" }))
            {
                Assert.That(stored.Size, Is.EqualTo(large.Length));
            }
        }

        Task RunAsync(int one, int kind)
        {
            (Bucket here, Bucket there) = (buckets[one % 2], buckets[(one + 1) % 2]);
            return kind switch
            {
                0 => here.PutFileAsync($"large-{one}", file),
                1 => here.PutAsync($"large-{one}", new SequentialSource(large)),
                2 => here.GetFileAsync("source", folder.PathOf($"got-{one}")),
                3 => here.CopyToAsync("source", there, $"large-{one}"),
                4 => here.PutAsync(
                    $"small-{one}",
                    new SequentialSource([1]) { BeforeRead = (at, _) => at == 0 ? RunAsync(one + 1000, 0) : Task.CompletedTask }),
                _ => PutPartAsync(here, one),
            };
        }

        async Task PutPartAsync(Bucket bucket, int one)
        {
            MultipartUpload upload = await bucket.CreateMultipartUploadAsync($"large-{one}");
            PartInfo part = await upload.UploadPartAsync(1, new SequentialSource(large));
            await upload.CompleteAsync([part]);
        }
    }
}
