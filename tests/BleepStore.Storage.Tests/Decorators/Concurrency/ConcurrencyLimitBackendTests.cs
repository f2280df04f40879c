using BleepStore.Storage.Decorators.Concurrency;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Decorators.Concurrency;

public class ConcurrencyLimitBackendTests
{
    private readonly ManualTime _time = new();
    private readonly ScriptedBackend _stored = new();

    [Test]
    public async Task No_more_requests_than_the_limit_are_under_way([Values(1, 3)] int limit)
    {
        var crowd = new Crowd();
        _stored.Head = async (request, token) =>
        {
            await crowd.PassAsync(token);
            return await _stored.Real.HeadAsync(request, token);
        };
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(limit);
        await bucket.PutAsync("k", Bytes.Of(1));

        Task heads = Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => bucket.HeadAsync("k"))));
        await Until.TrueAsync(() => limited.Places.Waiting + crowd.Most == 40, "those that were not let in wait");
        crowd.Release();
        await heads;

        Assert.That(crowd.Most, Is.EqualTo(limit));
        Assert.That(limited.Places.Left, Is.EqualTo(limit), "all gave their places back");
    }

    [Test]
    public async Task Those_that_wait_go_in_the_order_in_which_they_came()
    {
        var release = new TaskCompletionSource();
        var order = new List<string>();
        _stored.Head = async (request, token) =>
        {
            order.Add(request.Key);
            await release.Task;
            return await _stored.Real.HeadAsync(request, token);
        };
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        await bucket.PutAsync("k", Bytes.Of(1));
        var heads = new List<Task>();
        foreach (string key in new[] { "a", "b", "c", "d" })
        {
            heads.Add(bucket.ExistsAsync(key));
        }

        Assert.That((order.Count, limited.Places.Waiting), Is.EqualTo((1, 3)));
        release.SetResult();
        await Task.WhenAll(heads);

        Assert.That(order, Is.EqualTo(new[] { "a", "b", "c", "d" }));
    }

    [Test]
    public async Task A_read_holds_its_place_until_its_last_byte_or_until_it_is_closed([Values] bool isReadToItsEnd)
    {
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        await bucket.PutAsync("k", Bytes.Of(100));
        ObjectReader reader = await bucket.GetAsync("k");
        Assert.That(await reader.Content.ReadAsync(new byte[10]), Is.EqualTo(10));

        Task waiting = bucket.HeadAsync("k");
        Assert.That((waiting.IsCompleted, limited.Places.Waiting), Is.EqualTo((false, 1)));
        if (isReadToItsEnd)
        {
            await reader.Content.ReadExactlyAsync(new byte[90]);
            await waiting;
            await reader.DisposeAsync();
        }
        else
        {
            await reader.DisposeAsync();
            await waiting;
        }

        Assert.That(limited.Places.Left, Is.EqualTo(1));
    }

    [Test]
    public async Task A_synchronous_read_and_disposal_give_the_place_back()
    {
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        await bucket.PutAsync("k", Bytes.Of(100));
        ObjectReader reader = await bucket.GetAsync("k");

        Assert.That(reader.Content.Read(new byte[10], 0, 10), Is.EqualTo(10));
        Assert.That(limited.Places.Left, Is.Zero);
        reader.Dispose();

        Assert.That(limited.Places.Left, Is.EqualTo(1));
    }

    [Test]
    public async Task Requests_that_fail_give_their_places_back()
    {
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("k"));
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("k"));
        await Catch.AsyncAs<StorageException>(() => bucket.CopyAsync("k", "copy"));
        await Catch.AsyncAs<IOException>(() => bucket.PutAsync("k", new BreakingBody(Bytes.Of(10), new IOException("The source broke."))));

        Assert.That(limited.Places.Left, Is.EqualTo(1));
    }

    [Test]
    public async Task Waiting_can_be_cancelled_and_the_others_keep_their_turn()
    {
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        await bucket.PutAsync("k", Bytes.Of(100));
        ObjectReader reader = await bucket.GetAsync("k");
        using var stop = new CancellationTokenSource();
        Task first = bucket.HeadAsync("k", cancellationToken: stop.Token);
        Task second = bucket.HeadAsync("k");

        await stop.CancelAsync();

        OperationCanceledException cancelled = await Catch.AsyncAs<OperationCanceledException>(() => first);
        Assert.That(cancelled.CancellationToken, Is.EqualTo(stop.Token));
        Assert.That((second.IsCompleted, limited.Places.Waiting), Is.EqualTo((false, 1)));
        await reader.DisposeAsync();
        await second;
        Assert.That(limited.Places.Left, Is.EqualTo(1));
    }

    [Test]
    public async Task Disposal_ends_the_waiting_and_what_comes_later([Values] bool isSynchronous)
    {
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        await bucket.PutAsync("k", Bytes.Of(100));
        await using ObjectReader reader = await bucket.GetAsync("k");
        Task waiting = bucket.HeadAsync("k");

        if (isSynchronous)
        {
            limited.Dispose();
        }
        else
        {
            await limited.DisposeAsync();
        }

        await Catch.AsyncAs<ObjectDisposedException>(() => waiting);
        await Catch.AsyncAs<ObjectDisposedException>(() => bucket.HeadAsync("k"));
        Assert.That(await reader.ReadAllAsync(), Has.Length.EqualTo(100), "what is under way goes on");
    }

    /// <summary>The put waits for the place of the read, and the read is read by the put.</summary>
    [Test]
    public async Task A_program_that_reads_one_object_into_another_does_not_wait_for_itself([Values] bool isStreamed)
    {
        _stored.Can(can => can with { StreamsPuts = isStreamed });
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        byte[] bytes = Bytes.Of(200_000);
        await bucket.PutAsync("k", new SequentialSource(bytes));
        await using ObjectReader reader = await bucket.GetAsync("k");
        Assert.That(await reader.Content.ReadAsync(new byte[1]), Is.EqualTo(1));

        Task put = bucket.PutAsync("copy", reader.Content);
        await AdvanceUntilAsync(put);
        await put;
        await reader.DisposeAsync();

        await using ObjectReader copy = await bucket.GetAsync("copy");
        Assert.That(await copy.ReadAllAsync(), Is.EqualTo(bytes[1..]));
        Assert.That(limited.Places.Left, Is.EqualTo(1));
    }

    [Test]
    public async Task A_program_that_looks_at_an_object_while_it_writes_another_does_not_wait_for_itself()
    {
        _stored.Can(static can => can with { StreamsPuts = true });
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);

        Task<ObjectProperties> put = bucket.WriteAsync("k", async stream =>
        {
            await stream.WriteAsync(Bytes.Of(10));
            Task<bool> exists = bucket.ExistsAsync("other");
            await AdvanceUntilAsync(exists);
            Assert.That(await exists, Is.False);
            await stream.WriteAsync(Bytes.Of(10));
        });

        Assert.That((await put).Size, Is.EqualTo(20));
        Assert.That(limited.Places.Left, Is.EqualTo(1));
    }

    [Test]
    public async Task A_read_that_moves_lends_nothing_and_one_that_stands_still_takes_its_place_back()
    {
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(1);
        await bucket.PutAsync("k", Bytes.Of(1000));
        await using ObjectReader reader = await bucket.GetAsync("k");
        var release = new TaskCompletionSource();
        _stored.Head = async (request, token) =>
        {
            await release.Task;
            return await _stored.Real.HeadAsync(request, token);
        };
        Task<ObjectProperties> first = bucket.HeadAsync("k");
        for (int step = 0; step < 20; step++)
        {
            _time.Advance(RequestPlaces.Patience / 4);
            Assert.That(await reader.Content.ReadAsync(new byte[10]), Is.EqualTo(10));
        }

        Assert.That(limited.Places.Waiting, Is.EqualTo(1), "nothing was lent for five seconds");
        await Until.TrueAsync(() =>
        {
            _time.Advance(RequestPlaces.Patience);
            return limited.Places.Waiting == 0;
        });
        Assert.That(await reader.Content.ReadAsync(new byte[10]), Is.EqualTo(10));
        Assert.That(limited.Places.Left, Is.EqualTo(-1), "the read and the request that borrowed its place");
        Task<ObjectProperties> second = bucket.HeadAsync("k");
        release.SetResult();
        await first;

        Assert.That((second.IsCompleted, limited.Places.Waiting), Is.EqualTo((false, 1)), "the next one waits until there is room again");
        await reader.DisposeAsync();
        await second;
        Assert.That(limited.Places.Left, Is.EqualTo(1));
    }

    [Test]
    public async Task A_delete_of_many_sends_as_many_requests_as_it_has_places()
    {
        (_, Bucket bucket) = Limit(3);
        var concurrencies = new List<int>();
        _stored.DeleteMany = (request, _) =>
        {
            concurrencies.Add(request.MaxConcurrency);
            return Task.FromResult<IReadOnlyList<DeleteFailure>>([]);
        };
        await bucket.PutAsync("k", Bytes.Of(1));
        await bucket.DeleteManyAsync(["a", "b"]);
        await using (await bucket.GetAsync("k"))
        {
            await bucket.DeleteManyAsync(["a", "b"]);
        }

        Assert.That(concurrencies, Is.EqualTo(new[] { 3, 2 }));
    }

    [Test]
    public async Task Every_part_of_a_large_put_needs_a_place()
    {
        var crowd = new Crowd();
        _stored.UploadPart = async (request, token) =>
        {
            await crowd.PassAsync(token);
            return await _stored.Real.UploadPartAsync(request, token);
        };
        (ConcurrencyLimitBackend limited, Bucket bucket) = Limit(2);
        byte[] bytes = Bytes.Of(10_000);

        Task put = bucket.PutAsync("k", new SequentialSource(bytes));
        await Until.TrueAsync(() => limited.Places.Waiting > 0, "the parts that were not let in wait");
        crowd.Release();
        await put;

        await using ObjectReader reader = await bucket.GetAsync("k");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes));
        Assert.That(_stored.Count("UploadPart"), Is.EqualTo(10));
        Assert.That((crowd.Most, limited.Places.Left), Is.EqualTo((2, 2)));
    }

    private (ConcurrencyLimitBackend Limited, Bucket Bucket) Limit(int limit)
    {
        var limited = new ConcurrencyLimitBackend(_stored, limit, _time);
        return (limited, Stores.Over(limited, partSize: 1000));
    }

    private Task AdvanceUntilAsync(Task task) => _time.AdvanceUntilAsync(task, RequestPlaces.Patience / 4);

    /// <summary>How many are under way at a time. All stay until they are released.</summary>
    private sealed class Crowd
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _lock = new();
        private int _now;

        public int Most { get; private set; }

        public void Release() => _released.SetResult();

        public async Task PassAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                Most = Math.Max(Most, ++_now);
            }

            await _released.Task.WaitAsync(cancellationToken);
            lock (_lock)
            {
                _now--;
            }
        }
    }
}
