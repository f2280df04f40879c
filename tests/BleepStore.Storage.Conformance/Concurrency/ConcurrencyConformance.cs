using System.Globalization;
using System.Text;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests races, in which one writer wins completely, and no reader sees a mix.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class ConcurrencyConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task Of_32_who_create_one_key_exactly_one_wins()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<ObjectProperties>[] writers =
        [
            .. Enumerable.Range(0, 32).Select(number => Task.Run(async () =>
            {
                await gate.Task;
                return await PutAsync("object", Content(number), new PutOptions { IfAbsent = true, ContentLanguage = $"n{number}" });
            })),
        ];
        gate.SetResult();
        await Task.WhenAll((Task[])writers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Task<ObjectProperties> winner = writers.Single(static writer => writer.IsCompletedSuccessfully);
        foreach (Task<ObjectProperties> loser in writers.Where(writer => writer != winner))
        {
            await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => loser);
        }

        int number = Array.IndexOf(writers, winner);
        ObjectProperties made = await winner;
        Assert.That((await Bucket.HeadAsync("object")).ContentLanguage, Is.EqualTo($"n{number}"));
        await AssertUntouchedAsync(made, Content(number));
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task Ten_who_add_by_compare_and_swap_lose_no_addition([Values] bool byRevision)
    {
        await PutAsync("counter", Payload.Text("0"));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            for (int done = 0; done < 20;)
            {
                await using ObjectReader reader = await Bucket.GetAsync("counter");
                int value = int.Parse(Encoding.UTF8.GetString(await reader.ReadAllAsync()), CultureInfo.InvariantCulture);
                ObjectProperties seen = reader.Properties;
                try
                {
                    await PutAsync(
                        "counter",
                        Payload.Text((value + 1).ToString(CultureInfo.InvariantCulture)),
                        byRevision ? new PutOptions { IfRevision = seen.Revision } : new PutOptions { IfMatch = seen.ETag });
                    done++;
                }
                catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
                {
                    // Another writer was first, so read again.
                }
            }
        })));

        await AssertContentAsync("counter", Payload.Text("200"));
    }

    [ContractTest]
    [TestCase(300_000, 60)]
    [TestCase(PartSize + 1000, 6)]
    public async Task Readers_during_overwrites_never_see_a_mix(int size, int rounds)
    {
        ObjectProperties first = await PutAsync("object", Striped(0, size));
        using var done = new CancellationTokenSource();
        Task<int>[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadWholeUntilAsync(done.Token)))];

        for (int round = 1; round <= rounds; round++)
        {
            await PutAsync(
                "object",
                Striped(round, size + (round % 3 * 1000)),
                new PutOptions { Metadata = new Dictionary<string, string> { ["round"] = $"{round}" } });
        }

        await done.CancelAsync();
        int[] reads = await Task.WhenAll(readers);
        Assert.That(reads, Is.All.GreaterThan(0));
        Assert.That((await Bucket.HeadAsync("object")).Revision, Is.Not.EqualTo(first.Revision));
        await AssertContentAsync("object", Striped(rounds, size + (rounds % 3 * 1000)));
    }

    [ContractTest]
    public async Task Writers_of_one_key_leave_one_of_their_objects_whole()
    {
        ObjectProperties[] made = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() =>
            PutAsync("object", Striped(number, 100_000 + number), new PutOptions { ContentLanguage = $"n{number}" }))));

        ObjectProperties left = await Bucket.HeadAsync("object");
        int winner = Array.FindIndex(made, one => one.Revision == left.Revision);
        Assert.That(winner, Is.GreaterThanOrEqualTo(0));
        Assert.That(left.ContentLanguage, Is.EqualTo($"n{winner}"));
        await AssertUntouchedAsync(left, Striped(winner, 100_000 + winner));
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task Deletes_racing_puts_leave_the_object_whole_or_gone()
    {
        for (int round = 0; round < 20; round++)
        {
            byte[] content = Striped(round, 5000);
            await Task.WhenAll(
                Task.Run(() => PutAsync("dir/object", content)),
                Task.Run(() => Bucket.DeleteAsync("dir/object")),
                Task.Run(() => PutAsync("dir/other", content)));

            await AssertContentAsync("dir/other", content);
            if (await Bucket.ExistsAsync("dir/object"))
            {
                await AssertContentAsync("dir/object", content);
            }
        }
    }

    [ContractTest]
    public async Task Listings_agree_with_reads_after_deletes_that_raced_puts()
    {
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(
                Task.Run(() => PutAsync("dir/object", [1])),
                Task.Run(() => Bucket.DeleteAsync("dir/object")),
                Task.Run(() => PutAsync("dir/other", [2])));

            bool there = await Bucket.ExistsAsync("dir/object");
            await AssertKeysAsync(there ? ["dir/object", "dir/other"] : ["dir/other"]);
        }
    }

    [ContractTest]
    public async Task Deleting_the_last_key_under_a_prefix_does_not_take_a_new_one_with_it()
    {
        for (int round = 0; round < 30; round++)
        {
            await PutAsync("a/b/old", [1]);
            await Task.WhenAll(
                Task.Run(() => Bucket.DeleteAsync("a/b/old")),
                Task.Run(() => PutAsync("a/b/new", [2])));

            await AssertKeysAsync("a/b/new");
            await AssertContentAsync("a/b/new", [2]);
            await Bucket.DeleteAsync("a/b/new");
        }
    }

    /// <summary>Reads until told to stop, and once more; every read must be of one write.</summary>
    private async Task<int> ReadWholeUntilAsync(CancellationToken stop)
    {
        int reads = 0;
        bool last;
        do
        {
            last = stop.IsCancellationRequested;
            try
            {
                await using ObjectReader reader = await Bucket.GetAsync("object", options: null, CancellationToken.None);
                byte[] content = await reader.ReadAllAsync(CancellationToken.None);
                int round = content[0];
                Assert.That(content, Has.Length.EqualTo(reader.Properties.Size));
                Assert.That(content.AsSpan().IndexOfAnyExcept((byte)round), Is.EqualTo(-1), "bytes of two writes in one read");
                AssertETag(reader.Properties.ETag, ExpectedETag.Put(content, PartSize), "properties of one write and bytes of another");
                Assert.That(reader.Properties.Metadata.GetValueOrDefault("round", "0"), Is.EqualTo($"{round}"));
                reads++;
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
            {
                // A resumed body met a newer object, which is an error as promised, and no mix.
            }
        }
        while (!last);

        return reads;
    }

    private static byte[] Content(int number) => Payload.Bytes(1000 + number, number);

    /// <summary>An object of which every byte says which write it is of.</summary>
    private static byte[] Striped(int round, int size)
    {
        byte[] bytes = new byte[size];
        Array.Fill(bytes, (byte)round);
        return bytes;
    }
}
