using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ErrorsConformance<THarness>
{
    private static readonly string[] Hostile =
    [
        "\r", "\n", "a\r\nX-Evil: 1", "a\r\n\r\nDELETE /b/k HTTP/1.1\r\nHost: x\r\n\r\n", "\"", "a\", \"b", "\"a\"b\"",
        "a\0b", "a\tb", "a b", "a\u007f", "é", "a\u0080", "\ud83d\ude00",
        "\ud800", "a\udc00b", "a\u202eb", "\ufeffa", "a\uffff", new('x', 100_000),
    ];

    [ContractTest]
    public async Task A_hostile_string_that_comes_back_from_a_caller_is_a_bad_argument_and_reaches_no_server()
    {
        ObjectProperties stored = await PutAsync("object", [1]);
        InterceptingBackend? backend = null;
        Bucket bucket = Intercept(one => backend = one);
        var source = new ObjectAddress(bucket.Name, "object");
        MultipartUpload begun = bucket.GetMultipartUpload("object", "id");

        foreach (string text in Hostile)
        {
            foreach (Func<Task> call in new Func<Task>[]
            {
                () => bucket.PutAsync("object", new byte[] { 2 }, new PutOptions { IfMatch = text }),
                () => bucket.PutAsync("object", new byte[] { 2 }, new PutOptions { IfRevision = text }),
                () => bucket.GetAsync("object", new GetOptions { IfMatch = text }),
                () => bucket.GetAsync("object", new GetOptions { IfNoneMatch = text }),
                () => bucket.GetAsync("object", new GetOptions { IfRevision = text }),
                () => bucket.HeadAsync("object", new HeadOptions { IfMatch = text }),
                () => bucket.HeadAsync("object", new HeadOptions { IfNoneMatch = text }),
                () => bucket.HeadAsync("object", new HeadOptions { IfRevision = text }),
                () => bucket.DeleteAsync("object", new DeleteOptions { IfMatch = text }),
                () => bucket.DeleteAsync("object", new DeleteOptions { IfRevision = text }),
                () => bucket.CopyAsync(source, "object", new CopyOptions { IfMatch = text }),
                () => bucket.CopyAsync(source, "object", new CopyOptions { IfRevision = text }),
                () => bucket.CopyAsync(source, "object", new CopyOptions { SourceIfMatch = text }),
                () => bucket.CopyAsync(source, "object", new CopyOptions { SourceIfNoneMatch = text }),
                () => bucket.CopyAsync(source, "object", new CopyOptions { SourceIfRevision = text }),
                () => bucket.ListPageAsync(new ListOptions { ContinuationToken = text }),
                async () => await bucket
                    .ListMultipartUploadsAsync(new ListUploadsOptions { StartAfterKey = "object", StartAfterUploadId = text })
                    .ToListAsync(),
                () => bucket.GetMultipartUpload("object", text).UploadPartAsync(1, new byte[] { 2 }),
                () => bucket.GetMultipartUpload("object", text).CopyPartAsync(1, source),
                async () => await bucket.GetMultipartUpload("object", text).ListPartsAsync().ToListAsync(),
                () => bucket.GetMultipartUpload("object", text).CompleteAsync([new PartInfo { PartNumber = 1, ETag = "etag" }]),
                () => bucket.GetMultipartUpload("object", text).AbortAsync(),
                () => begun.CompleteAsync([new PartInfo { PartNumber = 1, ETag = text }]),
                () => begun.CompleteAsync([new PartInfo { PartNumber = 1, ETag = "etag" }], new CompleteOptions { IfMatch = text }),
                () => begun.CompleteAsync([new PartInfo { PartNumber = 1, ETag = "etag" }], new CompleteOptions { IfRevision = text }),
            })
            {
                await StorageAssert.ThrowsAsync<ArgumentException>(call);
            }
        }

        Assert.That(backend!.Requests, Is.Empty);
        await AssertUntouchedAsync(stored, [1]);
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task What_a_store_returns_comes_back_through_its_own_door()
    {
        ObjectProperties stored = await PutAsync("object", [1]);

        var same = new GetOptions { IfRevision = stored.Revision, IfMatch = stored.ETag };
        await using (ObjectReader reader = await Bucket.GetAsync("object", same))
        {
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(new byte[] { 1 }));
        }

        ListEntry listed = await Bucket.ListAsync().SingleAsync();
        await Bucket.PutAsync("object", new byte[] { 2 }, new PutOptions { IfRevision = listed.Revision });
        if (await BeginUploadAsync(Bucket, "upload") is not { } upload)
        {
            await AssertKeysAsync("object");
            return;
        }

        PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(PartLength));
        MultipartUploadInfo under = await Bucket.ListMultipartUploadsAsync().SingleAsync();
        PartInfo found = await Bucket.GetMultipartUpload(under.Key, under.UploadId).ListPartsAsync().SingleAsync();
        Assert.That(found.ETag, Is.EqualTo(part.ETag));
        await upload.CompleteAsync([found]);

        await AssertKeysAsync("object", "upload");
        await AssertContentAsync("object", [2]);
    }

    [ContractTest]
    public async Task Characters_that_reorder_or_hide_a_text_are_shown_escaped_in_a_message()
    {
        const string key = "invoice\u202excod.exe\u200b\u2066\ufeff\u061c\u2060";

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetAsync(key));

        Assert.That(error.Key, Is.EqualTo(key));
        Assert.That(error.Message, Does.Contain("invoice\\u202excod.exe\\u200b\\u2066\\ufeff\\u061c\\u2060"));
        Assert.That(error.Message.Any(static c => "\u202e\u200b\u2066\ufeff\u061c\u2060".Contains(c, StringComparison.Ordinal)), Is.False);
    }
}
