using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class PresignConformance<THarness>
{
    [ContractTest]
    public async Task Parts_go_up_by_URL_and_are_completed_as_they_are_listed()
    {
        byte[] first = Payload.Bytes(PartLength, 1);
        byte[] second = Payload.Bytes(100, 2);
        ObjectProperties before = await PutAsync("object", Old);
        if (await BeginUploadAsync(Bucket, "object") is not { } upload || await SignPartAsync(upload, 2, second) is not { } last)
        {
            return;
        }

        HttpAnswer sentLast = await PlainHttp.SendAsync(last, second);
        HttpAnswer sentOther = await PlainHttp.SendAsync((await SignPartAsync(upload, 1, second))!, second);
        HttpAnswer sentFirst = await PlainHttp.SendAsync((await SignPartAsync(upload, 1, first))!, first);
        List<PartInfo> parts = await upload.ListPartsAsync().ToListAsync();
        await AssertUntouchedAsync(before, Old);
        ObjectProperties made = await upload.CompleteAsync(parts);

        Assert.That(sentLast.IsSuccess, Is.True, sentLast.ToString());
        Assert.That(sentOther.IsSuccess, Is.True, sentOther.ToString());
        Assert.That(sentFirst.IsSuccess, Is.True, sentFirst.ToString());
        Assert.That(parts.Select(static part => (part.PartNumber, part.Size)), Is.EqualTo([(1, (long)PartLength), (2, 100L)]));
        Assert.That(parts.Select(static part => part.ETag), Is.EqualTo([ExpectedETag.Plain(first), ExpectedETag.Plain(second)]));
        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite(first, second)));
        await AssertContentAsync("object", Payload.Join(first, second));
    }

    [ContractTest]
    public async Task The_URL_of_a_part_refuses_other_bytes()
    {
        byte[] content = Payload.Bytes(100, 1);
        if (await BeginUploadAsync(Bucket, "object") is not { } upload || await SignPartAsync(upload, 1, content) is not { } url)
        {
            return;
        }

        byte[] other = Payload.Bytes(100, 2);
        await AssertRefusedAsync(url, other);
        if (Capabilities.SupportsPresignHeaders)
        {
            await AssertRefusedAsync(url, other, "Content-MD5", Convert.ToBase64String(Payload.Md5(other)));
            var options = new UploadPartOptions { ContentLength = 100, ContentMd5 = Payload.Md5(content) };
            await AssertRefusedAsync(await upload.PresignPartAsync(1, Validity, options), content[..^1]);
        }

        Assert.That(await upload.ListPartsAsync().CountAsync(), Is.Zero);
        await upload.AbortAsync();
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
    }

    [ContractTest]
    public async Task The_URL_of_a_part_needs_the_MD5_only_where_that_is_said()
    {
        byte[] content = Payload.Bytes(100, 1);
        if (await BeginUploadAsync(Bucket, "object") is not { } upload || await SignPartAsync(upload, 1, content) is null)
        {
            return;
        }

        if (Capabilities.PresignedPartsNeedMd5)
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => upload.PresignPartAsync(1, Validity));
        }
        else
        {
            HttpAnswer answer = await PlainHttp.SendAsync(await upload.PresignPartAsync(1, Validity), content);
            Assert.That(answer.IsSuccess, Is.True, answer.ToString());
            await upload.CompleteAsync(await upload.ListPartsAsync().ToListAsync());
            await AssertContentAsync("object", content);
        }
    }

    [ContractTest]
    public async Task The_URL_of_a_part_is_for_that_part_alone()
    {
        byte[] content = Payload.Bytes(100, 1);
        if (await BeginUploadAsync(Bucket, "object") is not { } upload || await SignPartAsync(upload, 1, content) is not { } url)
        {
            return;
        }

        Assert.That(url.Method, Is.EqualTo("PUT"));
        HttpAnswer read = await PlainHttp.SendAsync(url, method: "GET");
        HttpAnswer deleted = await PlainHttp.SendAsync(url, method: "DELETE");

        Assert.That(read.IsRefusal, Is.True, read.ToString());
        Assert.That(deleted.IsRefusal, Is.True, deleted.ToString());
        Assert.That(await upload.ListPartsAsync().CountAsync(), Is.Zero);
        await upload.AbortAsync();
    }

    [ContractTest]
    [TestCase("missing")]
    [TestCase("../../x")]
    [TestCase("a+b&partNumber=7")]
    public async Task The_URL_of_a_part_of_no_upload_is_NoSuchUpload_or_stores_nothing(string uploadId)
    {
        byte[] content = Payload.Bytes(100, 1);
        ObjectProperties before = await PutAsync("object", Old);
        MultipartUpload upload = Bucket.GetMultipartUpload("object", uploadId);
        PresignedUrl? url;
        try
        {
            url = await SignPartAsync(upload, 1, content);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchUpload)
        {
            url = null;
        }

        if (url is not null)
        {
            await AssertRefusedAsync(url, content);
        }

        await AssertUntouchedAsync(before, Old);
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    public async Task The_number_of_a_part_is_checked_before_anything_is_signed()
    {
        MultipartUpload upload = Bucket.GetMultipartUpload("object", "id");
        foreach (int number in new[] { 0, -1, 10_001 })
        {
            await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(
                () => upload.PresignPartAsync(number, Validity, new UploadPartOptions { ContentMd5 = Payload.Md5(New) }));
        }
    }

    /// <summary>Signs a part. Returns <see langword="null"/> on a backend that signs nothing, which must say what does.</summary>
    private async Task<PresignedUrl?> SignPartAsync(MultipartUpload upload, int number, byte[] content)
    {
        var options = new UploadPartOptions { ContentMd5 = Payload.Md5(content) };
        if (Capabilities.SupportsPresign)
        {
            return await upload.PresignPartAsync(number, Validity, options);
        }

        StorageException refusal =
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => upload.PresignPartAsync(number, Validity, options));
        Assert.That(refusal.Message, Does.Contain("ObjectStoreOptions.Links"));
        return null;
    }
}
