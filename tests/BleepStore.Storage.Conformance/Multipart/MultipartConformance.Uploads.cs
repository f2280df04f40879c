using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class MultipartConformance<THarness>
{
    [ContractTest]
    public async Task After_an_abort_everything_is_NoSuchUpload_and_the_old_object_stays()
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1), Piece(2));

        await upload.AbortAsync();

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, Small(1)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CopyPartAsync(1, Address("object")));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync(parts));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, async () => await upload.ListPartsAsync().ToListAsync());
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
        await AssertUntouchedAsync(old, Payload.Bytes(50));
        await AssertKeysAsync("object");
        await AssertNoUploadsAsync();
        if (internals is not null)
        {
            Assert.That(await Harness.ListInternalNamesAsync(), Is.EquivalentTo(internals));
        }
    }

    [ContractTest]
    [TestCase("missing")]
    [TestCase("../../x")]
    [TestCase("..")]
    [TestCase(".")]
    [TestCase(".x")]
    [TestCase("a/b")]
    [TestCase("/etc/passwd")]
    [TestCase("a\\..\\b")]
    [TestCase("*")]
    [TestCase("%2e%2e%2f")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("long")]
    public async Task An_upload_id_that_is_none_is_NoSuchUpload_whatever_it_is(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        ObjectProperties old = await PutAsync("object", Small(1));
        MultipartUpload real = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await real.UploadPartAsync(1, Small(2));

        await AssertNoSuchUploadAsync(Bucket.GetMultipartUpload("object", id == "long" ? new string('x', 2048) : id), part);

        await AssertUntouchedAsync(old, Small(1));
        await real.CompleteAsync([part]);
        await AssertContentAsync("object", Small(2));
    }

    [ContractTest]
    public async Task An_upload_is_found_only_under_its_own_key_bucket_and_id()
    {
        Bucket other = await CreateBucketAsync();
        await PutAsync("object", Small(1));
        MultipartUpload real = await Bucket.CreateMultipartUploadAsync("dir/object");
        PartInfo part = await real.UploadPartAsync(1, Small(2));

        foreach (MultipartUpload wrong in new[]
        {
            Bucket.GetMultipartUpload("object", real.UploadId),
            Bucket.GetMultipartUpload("dir", real.UploadId),
            other.GetMultipartUpload("dir/object", real.UploadId),
            Bucket.GetMultipartUpload("dir/object", real.UploadId + "/1"), Bucket.GetMultipartUpload("dir/object", real.UploadId + "x"),
            Bucket.GetMultipartUpload("dir/object", real.UploadId[..^1]),
            Bucket.GetMultipartUpload("dir/object", "../uploads/" + real.UploadId),
        })
        {
            await AssertNoSuchUploadAsync(wrong, part);
        }

        await real.CompleteAsync([part]);
        await AssertContentAsync("dir/object", Small(2));
        await AssertContentAsync("object", Small(1));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Task.FromResult(Bucket.GetMultipartUpload("object", "")));
    }

    [ContractTest]
    public async Task Two_uploads_to_one_key_both_succeed_and_the_last_wins()
    {
        MultipartUpload a = await Bucket.CreateMultipartUploadAsync("object");
        MultipartUpload b = await Bucket.CreateMultipartUploadAsync("object");
        Assert.That(a.UploadId, Is.Not.EqualTo(b.UploadId));
        PartInfo a1 = await a.UploadPartAsync(1, Piece(1));
        PartInfo b1 = await b.UploadPartAsync(1, Piece(11));
        PartInfo b2 = await b.UploadPartAsync(2, Piece(12));
        PartInfo a2 = await a.UploadPartAsync(2, Piece(2));

        await a.CompleteAsync([a1, a2]);
        await AssertContentAsync("object", Payload.Join(Piece(1), Piece(2)));
        Assert.That(await b.ListPartsAsync().Select(part => part.ETag).ToListAsync(), Is.EqualTo(new[] { b1.ETag, b2.ETag }));
        ObjectProperties last = await b.CompleteAsync([b1, b2]);

        await AssertUntouchedAsync(last, Payload.Join(Piece(11), Piece(12)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => a.CompleteAsync([a1, a2]));
    }

    [ContractTest]
    public async Task Aborting_one_upload_leaves_the_other_of_its_key()
    {
        MultipartUpload a = await Bucket.CreateMultipartUploadAsync("object");
        MultipartUpload b = await Bucket.CreateMultipartUploadAsync("object");
        await a.UploadPartAsync(1, Piece(1));
        PartInfo part = await b.UploadPartAsync(1, Piece(2));

        await a.AbortAsync();

        Assert.That(
            await Bucket.ListMultipartUploadsAsync().Select(upload => upload.UploadId).ToListAsync(), Is.EqualTo(new[] { b.UploadId }));
        await b.CompleteAsync([part]);
        await AssertContentAsync("object", Piece(2));
    }

    [ContractTest]
    public async Task Puts_and_deletes_of_the_key_do_not_disturb_an_upload()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo first = await upload.UploadPartAsync(1, Piece(1));
        await PutAsync("object", Payload.Bytes(50));
        PartInfo second = await upload.UploadPartAsync(2, Piece(2));
        await Bucket.DeleteAsync("object");

        await upload.CompleteAsync([first, second]);

        await AssertContentAsync("object", Payload.Join(Piece(1), Piece(2)));
    }

    [ContractTest]
    public async Task Uploads_are_listed_by_key_then_id_with_markers_and_pages([Values(1, 2, 1000)] int pageSize)
    {
        var uploads = new List<(string Key, string Id)>();
        foreach (string key in new[] { "b", "a/2", "a/1", "a/2", "c \ud83d\ude40", "c \uff5e", "a/2", "ab" })
        {
            uploads.Add((key, (await Bucket.CreateMultipartUploadAsync(key)).UploadId));
        }

        await PutAsync("a/object", [1]);
        (string Key, string Id)[] expected =
        [
            .. ListModel.InOrder(uploads.Select(upload => upload.Key).Distinct())
                .SelectMany(key => uploads.Where(upload => upload.Key == key).OrderBy(upload => upload.Id, StringComparer.Ordinal)),
        ];

        await AssertUploadsAsync(expected, new ListUploadsOptions { PageSize = pageSize });
        await AssertUploadsAsync(
            expected.Where(upload => upload.Key.StartsWith("a/", StringComparison.Ordinal)),
            new ListUploadsOptions { PageSize = pageSize, Prefix = "a/" });
        await AssertUploadsAsync(expected[4..], new ListUploadsOptions { PageSize = pageSize, StartAfterKey = "a/2" });
        await AssertUploadsAsync(
            expected[2..], new ListUploadsOptions { PageSize = pageSize, StartAfterKey = "a/2", StartAfterUploadId = expected[1].Id });
        await AssertUploadsAsync([], new ListUploadsOptions { PageSize = pageSize, StartAfterKey = "d" });

        // A listing that ends early leaves nothing behind for another query that goes on after the same upload.
        await Bucket.ListMultipartUploadsAsync(new ListUploadsOptions { PageSize = 1, Prefix = "a/" }).FirstAsync();
        await AssertUploadsAsync(
            expected[1..],
            new ListUploadsOptions { PageSize = pageSize, StartAfterKey = expected[0].Key, StartAfterUploadId = expected[0].Id });
        MultipartUploadInfo one = await Bucket.ListMultipartUploadsAsync().FirstAsync();
        Assert.That(one.InitiatedAt, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(15)));
    }

    [ContractTest]
    public async Task Old_uploads_are_aborted_by_the_clock_of_the_service_and_nothing_else_is()
    {
        MultipartUpload first = await Bucket.CreateMultipartUploadAsync("object");
        await first.UploadPartAsync(1, Piece(1));
        MultipartUpload second = await (await CreateBucketAsync()).CreateMultipartUploadAsync("elsewhere");
        ObjectProperties kept = await PutAsync("object", Payload.Bytes(50));
        await using ObjectStore fast = await OpenStoreAsync(timeProvider: new FakeClock(TimeProvider.System.GetUtcNow().AddDays(30)));
        await using ObjectStore slow = await OpenStoreAsync(timeProvider: new FakeClock(TimeProvider.System.GetUtcNow().AddDays(-1)));

        Assert.That(await fast.AbortUploadsAsync(TimeSpan.FromHours(1)), Is.Zero, "the client's clock decides nothing");
        Assert.That(await Store.AbortUploadsAsync(TimeSpan.MaxValue), Is.Zero);
        Assert.That(await first.ListPartsAsync().CountAsync(), Is.EqualTo(1));

        // Services tell whole seconds.
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.That(await slow.AbortUploadsAsync(TimeSpan.FromSeconds(1)), Is.EqualTo(2));

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => first.UploadPartAsync(2, Piece(2)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => second.AbortAsync());
        await AssertUntouchedAsync(kept, Payload.Bytes(50));
        await AssertNoUploadsAsync();
        Assert.That(await Store.AbortUploadsAsync(TimeSpan.Zero), Is.Zero);
    }

    [ContractTest]
    public async Task At_an_age_of_zero_all_uploads_of_the_bucket_are_aborted()
    {
        await Bucket.CreateMultipartUploadAsync("a");
        await Bucket.CreateMultipartUploadAsync("b");
        Bucket other = await CreateBucketAsync();
        await other.CreateMultipartUploadAsync("a");

        await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(() => Bucket.AbortUploadsAsync(TimeSpan.FromTicks(-1)));
        await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.AbortUploadsAsync(TimeSpan.FromTicks(-1)));
        Assert.That(await Bucket.AbortUploadsAsync(TimeSpan.Zero), Is.EqualTo(2));

        await AssertNoUploadsAsync();
        Assert.That(await other.ListMultipartUploadsAsync().CountAsync(), Is.EqualTo(1));
    }

    private async Task AssertUploadsAsync(IEnumerable<(string Key, string Id)> expected, ListUploadsOptions options) =>
        Assert.That(
            await Bucket.ListMultipartUploadsAsync(options).Select(upload => (upload.Key, upload.UploadId)).ToListAsync(),
            Is.EqualTo(expected),
            options.ToString());

    private async Task AssertNoSuchUploadAsync(MultipartUpload upload, PartInfo part)
    {
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, Small(9)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, new ScriptedStream(Small(9))));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CopyPartAsync(1, Address("object")));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, async () => await upload.ListPartsAsync().ToListAsync());
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync([part]));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
    }
}
