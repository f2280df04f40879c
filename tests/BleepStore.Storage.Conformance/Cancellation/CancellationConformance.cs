using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests that cancellation is always an <see cref="OperationCanceledException"/>, and that the old object stays.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class CancellationConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task A_token_that_is_cancelled_already_stops_everything_before_it_begins()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));
        MultipartUpload? begun = await BeginUploadAsync(Bucket, "upload");
        MultipartUpload upload = begun ?? Bucket.GetMultipartUpload("upload", "id");
        PartInfo part = begun is null
            ? new PartInfo { PartNumber = 1, ETag = "etag" }
            : await upload.UploadPartAsync(1, Payload.Bytes(PartLength));
        string newBucket = Harness.CreateBucketName();
        CancellationToken token = new(canceled: true);
        var address = new ObjectAddress(Bucket.Name, "object");

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => Bucket.PutAsync("object", new byte[] { 1 }, options: null, token),
            () => Bucket.PutAsync("object", new ScriptedStream(Payload.Bytes(10)), options: null, token),
            () => Bucket.PutAsync("object", Payload.Bytes(PartSize + 1), options: null, token),
            () => Bucket.GetAsync("object", options: null, token),
            () => Bucket.HeadAsync("object", options: null, token),
            () => Bucket.ExistsAsync("object", token),
            () => Bucket.DeleteAsync("object", options: null, token),
            () => Bucket.DeleteManyAsync(["object"], token),
            () => Bucket.CopyAsync(address, "copy", options: null, token),
            () => Bucket.MoveAsync("object", "moved", cancellationToken: token),
            () => Bucket.ListPageAsync(options: null, token),
            async () => await Bucket.ListAsync(options: null, token).ToListAsync(CancellationToken.None),
            async () => await Bucket.ListAsync().ToListAsync(token),
            () => Bucket.OpenReadAsync("object", options: null, token),
            () => Bucket.OpenWriteAsync("object", options: null, token),
            () => Bucket.CreateMultipartUploadAsync("other", options: null, token),
            async () => await Bucket.ListMultipartUploadsAsync(options: null, token).ToListAsync(CancellationToken.None),
            () => upload.UploadPartAsync(2, new byte[] { 1 }, options: null, token),
            () => upload.CopyPartAsync(2, address, range: null, token),
            async () => await upload.ListPartsAsync(options: null, token).ToListAsync(CancellationToken.None),
            () => upload.CompleteAsync([part], options: null, token),
            () => upload.AbortAsync(token),
            () => Bucket.AbortUploadsAsync(TimeSpan.Zero, token),
            () => Store.CreateBucketAsync(newBucket, options: null, token),
            () => Store.DeleteBucketAsync(Bucket.Name, token),
            () => Store.BucketExistsAsync(Bucket.Name, token),
            async () => await Store.ListBucketsAsync(cancellationToken: token).ToListAsync(CancellationToken.None),
            () => Store.AbortUploadsAsync(TimeSpan.Zero, token),
            () => Store.CheckAsync(options: null, token),
        })
        {
            await StorageAssert.ThrowsAsync<OperationCanceledException>(call);
        }

        await AssertUntouchedAsync(stored, Payload.Bytes(100));
        await AssertKeysAsync("object");
        if (begun is null)
        {
            await AssertNoUploadsAsync();
            return;
        }

        Assert.That(await Bucket.ListMultipartUploadsAsync().Select(one => one.Key).ToListAsync(), Is.EqualTo(new[] { "upload" }));
        Assert.That(await upload.ListPartsAsync().Select(one => one.PartNumber).ToListAsync(), Is.EqualTo(new[] { 1 }));
        Assert.That(await Store.BucketExistsAsync(newBucket), Is.False);
    }

    [ContractTest]
    [TestCase(3000, 0, false)]
    [TestCase(3000, 1000, false)]
    [TestCase(3000, 1000, true)]
    [TestCase(PartSize + 3000, 1000, false)]
    [TestCase(PartSize + 3000, PartSize + 1000, false)]
    [TestCase(PartSize + 3000, PartSize + 1000, true)]
    public async Task A_put_that_is_cancelled_in_its_body_leaves_the_old_object_and_nothing_else(int length, int at, bool seekable)
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();

        foreach (string key in new[] { "object", "new" })
        {
            using var source = new CancellationTokenSource();
            var content = new ScriptedStream(Payload.Bytes(length))
            {
                Seekable = seekable,
                BiteSize = 500_000,
                BeforeRead = (position, _) => position >= at ? source.CancelAsync() : Task.CompletedTask,
            };
            await StorageAssert.ThrowsAsync<OperationCanceledException>(() => Bucket.PutAsync(key, content, options: null, source.Token));
        }

        await AssertUntouchedAsync(old, Payload.Bytes(50));
        await AssertKeysAsync("object");
        await AssertNoUploadsAsync();
        if (internals is not null)
        {
            Assert.That(await Harness.ListInternalNamesAsync(), Is.EquivalentTo(internals));
        }
    }

    [ContractTest]
    [TestCase(3000)]
    [TestCase(PartSize + 3000)]
    public async Task A_put_that_is_cancelled_after_its_commit_was_sent_says_so_and_the_object_is_whole(int length)
    {
        await PutAsync("object", Payload.Bytes(50));
        using var source = new CancellationTokenSource();
        Bucket bucket = Intercept(backend => backend.After = async request =>
        {
            if (request is PutRequest or CompleteUploadRequest)
            {
                await source.CancelAsync();
                throw new OperationCanceledException(source.Token);
            }
        });

        OperationCanceledException cancelled = await StorageAssert.ThrowsAsync<OperationCanceledException>(
            () => bucket.PutAsync("object", Payload.Bytes(length, 1), options: null, source.Token));

        if (!Capabilities.StreamsPuts)
        {
            Assert.That(
                cancelled.InnerException, Is.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsOutcomeUnknown)).True);
        }

        await AssertContentAsync("object", Payload.Bytes(length, 1));
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    [TestCase(3000)]
    [TestCase(PartSize + 3000)]
    public async Task A_conditional_put_that_is_cancelled_while_its_lost_answer_is_looked_for_says_so(int length)
    {
        using var source = new CancellationTokenSource();
        Bucket bucket = Intercept(backend => backend.After = async request =>
        {
            if (request is PutRequest or CompleteUploadRequest)
            {
                await source.CancelAsync();
                throw new StorageException(StorageErrorCode.ServiceUnavailable, "The connection was cut.") { IsOutcomeUnknown = true };
            }
        });

        OperationCanceledException cancelled = await StorageAssert.ThrowsAsync<OperationCanceledException>(
            () => bucket.PutAsync("object", Payload.Bytes(length), new PutOptions { IfAbsent = true }, source.Token));

        Assert.That(
            cancelled.InnerException, Is.InstanceOf<StorageException>().With.Property(nameof(StorageException.IsOutcomeUnknown)).True);
        await AssertContentAsync("object", Payload.Bytes(length));
    }

    [ContractTest]
    public async Task A_source_that_never_answers_can_be_left_by_cancellation()
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        using var source = new CancellationTokenSource();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var content = new ScriptedStream(Payload.Bytes(3000))
        {
            BeforeRead = (_, token) =>
            {
                reached.TrySetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            },
        };

        Task put = Bucket.PutAsync("object", content, options: null, source.Token);
        await reached.Task;
        await source.CancelAsync();

        await StorageAssert.ThrowsAsync<OperationCanceledException>(() => put);
        await AssertUntouchedAsync(old, Payload.Bytes(50));
    }

    [UsesMultipart]
    [ContractTest]
    public async Task A_part_that_is_cancelled_in_its_body_leaves_the_earlier_one()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(PartLength));
        using var source = new CancellationTokenSource();
        var content = new ScriptedStream(Payload.Bytes(
            PartLength, 1))
        { BiteSize = 10, BeforeRead = (at, _) => at >= 50 ? source.CancelAsync() : Task.CompletedTask };

        await StorageAssert.ThrowsAsync<OperationCanceledException>(() => upload.UploadPartAsync(1, content, options: null, source.Token));

        Assert.That(await upload.ListPartsAsync().Select(one => one.ETag).ToListAsync(), Is.EqualTo(new[] { part.ETag }));
        await upload.CompleteAsync([part]);
        await AssertContentAsync("object", Payload.Bytes(PartLength));
    }

    [ContractTest]
    public async Task A_body_can_be_left_by_cancellation_and_read_again()
    {
        byte[] content = Payload.Bytes(400_000);
        await PutAsync("object", content);
        await using ObjectReader reader = await Bucket.GetAsync("object");
        byte[] beginning = new byte[1000];
        await reader.Content.ReadExactlyAsync(beginning);

        await StorageAssert.ThrowsAsync<OperationCanceledException>(() => reader.ReadAllAsync(new CancellationToken(canceled: true)));

        Assert.That(beginning.Concat(await reader.ReadAllAsync()), Is.EqualTo(content));
    }

    [ContractTest]
    public async Task A_body_is_read_on_after_reads_that_were_cancelled_while_they_waited()
    {
        byte[] content = Payload.Bytes(400_000);
        await PutAsync("object", content);
        await using ObjectReader reader = await Bucket.GetAsync("object");
        var read = new MemoryStream();
        byte[] buffer = new byte[50_000];

        for (int at = 0; at < 3; at++)
        {
            using var cancel = new CancellationTokenSource();
            Task<int> reading = reader.Content.ReadAsync(buffer, cancel.Token).AsTask();
            await cancel.CancelAsync();
            try
            {
                read.Write(buffer, 0, await reading);
            }
            catch (OperationCanceledException)
            {
                // The bytes arrive with the next read.
            }

            read.Write(buffer, 0, await reader.Content.ReadAsync(buffer));
        }

        await reader.Content.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(content));
    }

    [ContractTest]
    public async Task A_listing_is_cancelled_between_its_pages()
    {
        foreach (string key in new[] { "a", "b", "c", "d" })
        {
            await PutAsync(key, [1]);
        }

        using var source = new CancellationTokenSource();
        var seen = new List<string>();
        await StorageAssert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (ListEntry entry in Bucket.ListAsync(new ListOptions { PageSize = 2 }, source.Token))
            {
                seen.Add(entry.Key);
                if (seen.Count == 2)
                {
                    await source.CancelAsync();
                }
            }
        });

        Assert.That(seen, Is.EqualTo(new[] { "a", "b" }));
        await AssertKeysAsync("a", "b", "c", "d");
    }

    [ContractTest]
    public async Task A_writer_that_is_cancelled_publishes_nothing()
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        using var source = new CancellationTokenSource();
        await using (ObjectWriter writer = await Bucket.OpenWriteAsync("object", options: null, source.Token))
        {
            await writer.Stream.WriteAsync(Payload.Bytes(1000), source.Token);
            await source.CancelAsync();
            await StorageAssert.ThrowsAsync<OperationCanceledException>(() => writer.CommitAsync());
        }

        await AssertUntouchedAsync(old, Payload.Bytes(50));
    }
}
