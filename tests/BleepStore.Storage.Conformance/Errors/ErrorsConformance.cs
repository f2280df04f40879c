using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests that errors have one type, with the code, the location and the backend.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class ErrorsConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task An_error_says_where_it_happened()
    {
        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetAsync("dir/missing"));

        Assert.That((error.Operation, error.Bucket, error.Key), Is.EqualTo(("Get", Bucket.Name, "dir/missing")));
        Assert.That(error.Provider, Is.EqualTo(Store.GetService<StorageBackend>()!.Provider));
        Assert.That(
            error.Message,
            Does.Contain("NoSuchKey").And.Contain("Get").And.Contain(Bucket.Name).And.Contain("dir/missing").And.Contain(error.Provider));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [ContractTest]
    public async Task Each_operation_names_itself()
    {
        await PutAsync("object", [1]);
        MultipartUpload none = Bucket.GetMultipartUpload("object", "missing");
        var missing = new ObjectAddress(Bucket.Name, "missing");
        (string Operation, Func<Task> Call)[] calls =
        [
            ("Put", () => PutAsync("object", [1], new PutOptions { IfAbsent = true })),
            ("Get", () => Bucket.GetAsync("missing")),
            ("Head", () => Bucket.HeadAsync("missing")),
            ("Copy", () => Bucket.CopyAsync(missing, "copy")),
            ("UploadPart", () => none.UploadPartAsync(1, new byte[] { 1 })),
            ("CopyPart", () => none.CopyPartAsync(1, missing)),
            ("ListParts", async () => await none.ListPartsAsync().ToListAsync()),
            ("CompleteMultipartUpload", () => none.CompleteAsync([new PartInfo { PartNumber = 1, ETag = "abc" }])),
            ("AbortMultipartUpload", () => none.AbortAsync()),
            ("CreateBucket", () => Store.CreateBucketAsync(Bucket.Name)),
            ("DeleteBucket", () => Store.DeleteBucketAsync(Bucket.Name)),
        ];

        foreach ((string operation, Func<Task> call) in calls)
        {
            StorageException error = await StorageAssert.ThrowsAsync<StorageException>(call);
            Assert.That(error.Operation, Is.EqualTo(operation));
            Assert.That(error.Bucket, Is.EqualTo(Bucket.Name), operation);
            Assert.That(error.Provider, Is.Not.Empty, operation);
        }
    }

    [ContractTest]
    [TestCase(StorageErrorCode.AccessDenied)]
    [TestCase(StorageErrorCode.ServiceUnavailable)]
    [TestCase(StorageErrorCode.NoSuchBucket)]
    public async Task No_other_failure_is_taken_for_absence(StorageErrorCode code)
    {
        await PutAsync("object", [1]);
        Bucket bucket = Intercept(backend => backend.Before = request => request is HeadRequest
            ? throw new StorageException(code, "Not now.")
            : Task.CompletedTask);

        await StorageAssert.FailsAsync(code, () => bucket.ExistsAsync("object"));
        await StorageAssert.FailsAsync(code, () => bucket.ExistsAsync("missing"));

        Assert.That(await Bucket.ExistsAsync("object"), Is.True);
    }

    [ContractTest]
    public async Task A_key_in_a_message_cannot_forge_a_line()
    {
        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetAsync("a\r\nfatal: forged"));

        Assert.That(error.Key, Is.EqualTo("a\r\nfatal: forged"));
        Assert.That(error.Message, Does.Not.Contain("\n").And.Not.Contain("\r"));
    }

    [ContractTest]
    public async Task Objects_in_a_bucket_that_was_not_created_are_NoSuchBucket_or_the_bucket_reads_as_empty()
    {
        string name = Harness.CreateBucketName();
        Bucket bucket = Store.GetBucket(name);
        RemoveAtEnd(name);
        ObjectProperties source = await PutAsync("source", [1]);
        if (!Capabilities.EnforcesBuckets)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("object"));
            Assert.That(await bucket.ExistsAsync("object"), Is.False);
            Assert.That(await bucket.ListAsync().ToListAsync(), Is.Empty);
            await bucket.PutAsync("object", new byte[] { 1 });
            await AssertContentAsync(bucket, "object", [1]);
            await bucket.DeleteAsync("object");
            Assert.That(await bucket.ListAsync().ToListAsync(), Is.Empty);
            return;
        }

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => bucket.PutAsync("object", new byte[] { 1 }),
            () => bucket.PutAsync("object", new ScriptedStream(Payload.Bytes(PartSize + 1))),
            () => bucket.PutAsync("object", new byte[] { 1 }, new PutOptions { IfAbsent = true }),
            () => bucket.PutAsync("object", new byte[] { 1 }, new PutOptions { IfRevision = source.Revision }),
            () => bucket.GetAsync("object"),
            () => bucket.HeadAsync("object"),
            () => bucket.ExistsAsync("object"),
            () => bucket.DeleteAsync("object"),
            () => bucket.DeleteManyAsync(["object"]),
            () => bucket.CopyAsync(new ObjectAddress(Bucket.Name, "source"), "object"),
            () => Bucket.CopyAsync(new ObjectAddress(name, "source"), "object"),
            () => bucket.MoveAsync("object", "other"),
            () => bucket.ListPageAsync(),
            async () => await bucket.ListAsync().ToListAsync(),
            () => bucket.OpenReadAsync("object"),
        })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, call);
        }

        if (Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(
                StorageErrorCode.NoSuchBucket, () => bucket.DeleteAsync("object", new DeleteOptions { IfRevision = source.Revision }));
        }

        if (Capabilities.SupportsMultipart)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => bucket.CreateMultipartUploadAsync("object"));
            await StorageAssert.FailsAsync(
                StorageErrorCode.NoSuchBucket, async () => await bucket.ListMultipartUploadsAsync().ToListAsync());
        }

        Assert.That(await Store.BucketExistsAsync(name), Is.False);
        await AssertKeysAsync("source");
    }

    [ContractTest]
    public async Task A_healthy_store_passes_its_check_and_the_probe_leaves_nothing()
    {
        await PutAsync("object", [1]);
        List<string> before = await Store.ListBucketsAsync().Select(bucket => bucket.Name).ToListAsync();

        await Store.CheckAsync();
        await Store.CheckAsync(new CheckOptions { ProbeWrite = true });

        await AssertKeysAsync("object");
        List<string> after = await Store.ListBucketsAsync().Select(bucket => bucket.Name).ToListAsync();
        Assert.That(after, Does.Contain(Bucket.Name));

        // On a server that fixtures share, those of the others come and go meanwhile.
        Assert.That(after.Except(before).Where(static name => !IsOfAnotherTest(name)), Is.Empty);

        static bool IsOfAnotherTest(string name) =>
            name.StartsWith("conf-", StringComparison.Ordinal) || ConformanceHarness.PlainNames.Contains(name);
    }

    [ContractTest]
    [TestCase(3000)]
    [TestCase((2 * PartSize) + 3000)]
    public async Task A_put_that_is_under_way_when_its_store_is_disposed_ends_in_a_typed_error(int length)
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        ObjectStore store = await OpenStoreAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new ScriptedStream(Payload.Bytes(length, 1))
        {
            BiteSize = 1000,
            BeforeRead = (at, _) =>
            {
                if (at < length - 1000)
                {
                    return Task.CompletedTask;
                }

                reached.TrySetResult();
                return goOn.Task;
            },
        };
        Task<ObjectProperties> put = store.GetBucket(Bucket.Name).PutAsync("object", source);
        await reached.Task;

        await store.DisposeAsync();
        goOn.SetResult();

        Exception thrown = await StorageAssert.ThrowsAsync<Exception>(() => put.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.That(
            thrown is ObjectDisposedException or StorageException { Code: StorageErrorCode.OperationAborted }, Is.True, thrown.ToString());
        await AssertUntouchedAsync(old, Payload.Bytes(50));
    }

    [ContractTest]
    public async Task A_disposed_store_refuses_everything()
    {
        ObjectStore store = await OpenStoreAsync();
        Bucket bucket = store.GetBucket(Bucket.Name);
        ObjectProperties stored = await bucket.PutAsync("object", new byte[] { 1 });
        MultipartUpload? begun = await BeginUploadAsync(bucket, "upload");
        MultipartUpload upload = begun ?? bucket.GetMultipartUpload("upload", "id");
        PartInfo part = begun is null ? new PartInfo { PartNumber = 1, ETag = "etag" } : await upload.UploadPartAsync(1, new byte[] { 1 });

        await store.DisposeAsync();

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => bucket.PutAsync("object", new byte[] { 2 }), () => bucket.GetAsync("object"), () => bucket.HeadAsync(
                "object"), () => bucket.ExistsAsync("object"),
            () => bucket.DeleteAsync("object"), () => bucket.DeleteManyAsync(["object"]), () => bucket.CopyAsync(
                new ObjectAddress(bucket.Name, "object"), "copy"),
            () => bucket.MoveAsync("object", "moved"), () => bucket.ListPageAsync(), async () => await bucket.ListAsync()
                .ToListAsync(), () => bucket.OpenReadAsync("object"), () => bucket.AbortUploadsAsync(TimeSpan.Zero),
            () => bucket.CreateMultipartUploadAsync("other"), async () => await bucket.ListMultipartUploadsAsync()
                .ToListAsync(), () => upload.UploadPartAsync(2, new byte[] { 2 }),
            async () => await upload.ListPartsAsync()
                .ToListAsync(), () => upload.CompleteAsync([part]), () => upload.AbortAsync(), () => store.CreateBucketAsync("another"),
            () => store.DeleteBucketAsync(bucket.Name), () => store.BucketExistsAsync(
                bucket.Name), async () => await store.ListBucketsAsync().ToListAsync(),
            () => store.AbortUploadsAsync(TimeSpan.Zero), () => store.CheckAsync(),
        })
        {
            await StorageAssert.ThrowsAsync<ObjectDisposedException>(call);
        }

        await AssertUntouchedAsync(stored, [1]);
    }

    [ContractTest]
    public async Task A_store_can_be_disposed_twice_and_in_both_ways()
    {
        ObjectStore unused = await OpenStoreAsync();
        ObjectStore used = await OpenStoreAsync();
        await used.GetBucket(Bucket.Name).PutAsync("object", new byte[] { 1 });

        foreach (ObjectStore store in new[] { unused, used })
        {
            await store.DisposeAsync();
            store.Dispose();
            await store.DisposeAsync();
        }

        await AssertContentAsync("object", [1]);
    }
}
