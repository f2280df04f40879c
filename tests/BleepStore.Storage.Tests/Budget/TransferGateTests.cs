using BleepStore.Storage.Budget;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Budget;

public class TransferGateTests
{
    private const long Capacity = 256 * 1024 * 1024;
    private const long Quarter = Capacity / 4;

    [Test]
    public async Task What_is_inside_is_bounded_and_the_rest_waits_in_its_turn()
    {
        var gate = new TransferGate(Capacity, TimeProvider.System);
        TransferPass[] inside = await FillAsync(gate, Quarter);
        Task<TransferPass> large = EnterAsync(gate, 2 * Quarter);
        Task<TransferPass> small = EnterAsync(gate, 1);
        inside[0].Dispose();
        Assert.That(
            (large.IsCompleted, small.IsCompleted, gate.Waiting), Is.EqualTo((false, false, 2)), "there is room for the small one only");
        inside[1].Dispose();
        using (await large.WaitAsync(Until.Patience))
        {
            Assert.That((small.IsCompleted, gate.Left), Is.EqualTo((false, 0)));
        }

        (await small.WaitAsync(Until.Patience)).Dispose();

        inside[2].Dispose();
        inside[3].Dispose();
        Assert.That(gate.Waiting, Is.Zero);
    }

    [Test]
    public async Task Nothing_gets_more_than_there_is()
    {
        var gate = new TransferGate(Capacity, TimeProvider.System);
        TransferPass all = await EnterAsync(gate, 10 * Capacity);
        Assert.That((all.Bytes, gate.Left), Is.EqualTo((Capacity, 0L)));
        all.Dispose();
        Assert.That(gate.Left, Is.EqualTo(Capacity));
    }

    [Test]
    public async Task No_more_are_inside_than_their_least_shares_allow()
    {
        var gate = new TransferGate(Capacity, TimeProvider.System);
        Task<TransferPass>[] all = [.. Enumerable.Range(0, 1000).Select(_ => EnterAsync(gate, 1))];
        Assert.That(all.Count(static one => one.IsCompleted), Is.EqualTo(Capacity / TransferGate.LeastShare));
        for (int one = 0; one < all.Length; one++)
        {
            (await all[one].WaitAsync(Until.Patience)).Dispose();
        }
    }

    [Test]
    public async Task Who_is_inside_of_two_gates_waits_at_neither()
    {
        var one = new TransferGate(Capacity, TimeProvider.System);
        var other = new TransferGate(Capacity, TimeProvider.System);
        using TransferPass? first = await one.EnterAsync(Capacity, CancellationToken.None);
        using IDisposable? firstMark = one.MarkInside();
        using TransferPass? second = await other.EnterAsync(Capacity, CancellationToken.None);
        using IDisposable? secondMark = other.MarkInside();
        Assert.That(EnterAsync(one, 1).IsCompleted, Is.True, "or both would wait for ever");
        Assert.That(EnterAsync(other, 1).IsCompleted, Is.True);
        Assert.That((one.Left, other.Left), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task A_task_that_outlives_the_transfer_that_started_it_is_outside()
    {
        var gate = new TransferGate(Capacity, TimeProvider.System);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<TransferPass?> late;
        Task<TransferPass?> meanwhile;
        using (IDisposable? mark = gate.MarkInside())
        {
            meanwhile = gate.EnterAsync(Capacity, CancellationToken.None).AsTask();
            late = Task.Run(async () =>
            {
                await go.Task;
                return await gate.EnterAsync(Quarter, CancellationToken.None);
            });
        }

        go.SetResult();
        using TransferPass? own = await late;
        Assert.That((await meanwhile, own?.Bytes, gate.Left), Is.EqualTo(((TransferPass?)null, Quarter, Capacity - Quarter)));
    }

    [Test]
    public async Task Who_gives_up_waiting_lets_the_next_one_in()
    {
        var gate = new TransferGate(Capacity, TimeProvider.System);
        TransferPass[] inside = await FillAsync(gate, Quarter / 2);
        using var cancel = new CancellationTokenSource();
        Task<TransferPass?> large = gate.EnterAsync(Quarter, cancel.Token).AsTask();
        Task<TransferPass> small = EnterAsync(gate, Quarter / 2);
        Assert.That((large.IsCompleted, small.IsCompleted), Is.EqualTo((false, false)));
        await cancel.CancelAsync();
        OperationCanceledException error = await Catch.AsyncAs<OperationCanceledException>(() => large);
        Assert.That(error.CancellationToken, Is.EqualTo(cancel.Token));
        (await small.WaitAsync(Until.Patience)).Dispose();
        Assert.That(inside, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task A_source_that_stands_still_lends_its_share_and_has_it_again_before_it_goes_on()
    {
        var time = new ManualTime();
        var gate = new TransferGate(Capacity, time);
        TransferPass[] inside = await FillAsync(gate, Quarter);
        inside[0].BeginWaiting();
        Task<TransferPass> next = EnterAsync(gate, Quarter);
        time.Advance(TransferGate.Patience / 2);
        Assert.That(next.IsCompleted, Is.False);
        for (int tick = 0; tick < 4; tick++)
        {
            time.Advance(TransferGate.Patience / 4);
        }

        TransferPass borrowed = await next.WaitAsync(Until.Patience);
        Task goingOn = inside[0].GoOnAsync(CancellationToken.None).AsTask();
        Task<TransferPass> last = EnterAsync(gate, Quarter);
        Assert.That(goingOn.IsCompleted, Is.False);
        borrowed.Dispose();
        await goingOn.WaitAsync(Until.Patience);
        Assert.That(last.IsCompleted, Is.False, "who was inside before comes first");
        inside[0].Dispose();
        (await last.WaitAsync(Until.Patience)).Dispose();
    }

    [Test]
    public async Task A_share_that_is_lent_when_its_transfer_ends_is_given_back_once()
    {
        var time = new ManualTime();
        var gate = new TransferGate(Capacity, time);
        TransferPass[] inside = await FillAsync(gate, Quarter);
        inside[0].BeginWaiting();
        Task<TransferPass> next = EnterAsync(gate, Quarter);
        for (int tick = 0; tick < 5; tick++)
        {
            time.Advance(TransferGate.Patience / 4);
        }

        await next.WaitAsync(Until.Patience);
        inside[0].EndWaiting();
        inside[0].Dispose();
        Task<TransferPass> refused = EnterAsync(gate, Quarter);
        Assert.That(refused.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_read_that_ends_after_its_transfer_gets_no_share([Values] bool waits)
    {
        var time = new ManualTime();
        var gate = new TransferGate(Capacity, time);
        TransferPass[] inside = await FillAsync(gate, Quarter);
        inside[0].BeginWaiting();
        Task<TransferPass> next = EnterAsync(gate, Quarter);
        for (int tick = 0; tick < 5; tick++)
        {
            time.Advance(TransferGate.Patience / 4);
        }

        await next.WaitAsync(Until.Patience);
        Task early = waits ? inside[0].GoOnAsync(CancellationToken.None).AsTask() : Task.CompletedTask;
        inside[0].Dispose();
        Array.ForEach(inside[1..], static one => one.Dispose());
        (await next).Dispose();
        await early.WaitAsync(Until.Patience);
        await inside[0].GoOnAsync(CancellationToken.None);
        Assert.That(gate.Left, Is.EqualTo(Capacity), "nobody would give the share back");
    }

    [Test]
    public async Task Puts_that_wait_ask_nothing_of_their_source_or_of_the_backend([Values] bool streams)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams });
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.Put = async (request, token) =>
        {
            await go.Task;
            return await backend.Real.PutAsync(request, token);
        };
        Bucket bucket = Stores.Over(backend, partSize: 8 * 1024 * 1024);
        int reads = 0;
        Task<ObjectProperties>[] puts =
            [.. Enumerable.Range(0, 500).Select(put => bucket.PutAsync($"k{put}", new SequentialSource([1, 2, 3]) { BeforeRead = Count }))];
        int inside = puts.Length - bucket.Context.Gate.Waiting;
        Assert.That(inside, Is.InRange(1, Capacity / TransferGate.LeastShare));
        Assert.That(backend.Count("Put"), Is.EqualTo(inside));
        Assert.That(reads, Is.LessThanOrEqualTo(inside * 3), "the bytes, their end, and that there is no more");
        go.SetResult();
        await Task.WhenAll(puts).WaitAsync(Until.Patience);
        Assert.That(await bucket.ListAsync().CountAsync(), Is.EqualTo(500));

        Task Count(int delivered, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref reads);
            return Task.CompletedTask;
        }
    }

    [Test]
    public async Task Puts_of_what_is_got_from_the_same_store_do_not_wait_for_each_other([Values] bool streams)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams }) { IsLate = true };
        Bucket bucket = Stores.Over(backend, partSize: 1000);
        await bucket.PutAsync("source", Bytes.Of(5000));
        await Task.WhenAll(Enumerable.Range(0, 500).Select(CopyAsync)).WaitAsync(Until.Patience);
        Assert.That(await bucket.ListAsync().CountAsync(), Is.EqualTo(501));

        async Task CopyAsync(int copy)
        {
            await using ObjectReader reader = await bucket.GetAsync("source");
            await bucket.PutAsync($"copy-{copy}", reader.Content);
        }
    }

    [Test]
    public async Task Puts_inside_of_puts_do_not_wait_for_each_other([Values] bool streams)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams });
        Bucket bucket = Stores.Over(backend, partSize: 8 * 1024 * 1024);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(PutOuterAsync)).WaitAsync(Until.Patience);
        Assert.That(await bucket.ListAsync().CountAsync(), Is.EqualTo(600));

        Task PutOuterAsync(int put) =>
            Task.Run(() => bucket.PutAsync($"outer-{put}", new SequentialSource([1]) { BeforeRead = (at, _) => PutInnerAsync(put, at) }));

        async Task PutInnerAsync(int put, int at)
        {
            if (at == 0)
            {
                await Task.Yield();
                await bucket.PutAsync($"inner-{put}", new SequentialSource([2]));
            }
        }
    }

    [Test]
    public async Task A_program_that_writes_to_more_writers_in_turn_than_are_let_in_goes_on([Values] bool streams)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams });
        var time = new ManualTime();
        Bucket bucket = Stores.Over(backend, partSize: 32 * 1024 * 1024, time: time);
        const int count = 20;
        var writers = new List<ObjectWriter>();
        for (int writer = 0; writer < count; writer++)
        {
            writers.Add(await bucket.OpenWriteAsync($"k{writer}"));
        }

        // More than a pipe holds, so that a writer whose put does not read blocks the program.
        for (int turn = 0; turn < 3; turn++)
        {
            foreach (ObjectWriter writer in writers)
            {
                await PassAsync(writer.Stream.WriteAsync(new byte[100_000]).AsTask());
            }
        }

        foreach (ObjectWriter writer in writers)
        {
            Task<ObjectProperties> commit = writer.CommitAsync();
            await PassAsync(commit);
            Assert.That((await commit).Size, Is.EqualTo(300_000));
            await writer.DisposeAsync();
        }

        async Task PassAsync(Task step)
        {
            await time.AdvanceUntilAsync(step, TimeSpan.FromSeconds(0.25), most: TimeSpan.FromSeconds(30));
            await step;
        }
    }

    [Test]
    public async Task Parts_of_a_callers_upload_are_bounded_too()
    {
        var backend = new ScriptedBackend();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.UploadPart = async (request, token) =>
        {
            await go.Task;
            return await backend.Real.UploadPartAsync(request, token);
        };
        Bucket bucket = Stores.Over(backend, partSize: 8 * 1024 * 1024);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        Task<PartInfo>[] parts = [.. Enumerable.Range(1, 500).Select(part => upload.UploadPartAsync(part, new MemoryStream([1])))];
        Assert.That(backend.Count("UploadPart"), Is.EqualTo(Capacity / TransferGate.LeastShare));
        go.SetResult();
        await Task.WhenAll(parts).WaitAsync(Until.Patience);
    }

    private static async Task<TransferPass> EnterAsync(TransferGate gate, long bytes) =>
        (await gate.EnterAsync(bytes, CancellationToken.None))!;

    private static async Task<TransferPass[]> FillAsync(TransferGate gate, long last) =>
        [await EnterAsync(gate, Quarter), await EnterAsync(gate, Quarter), await EnterAsync(gate, Quarter), await EnterAsync(gate, last)];
}
