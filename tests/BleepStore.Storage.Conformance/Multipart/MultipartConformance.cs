using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// Tests multipart uploads with parts in any order and one commit. Nothing is visible before, and no key or id leads outside the place of
/// uploads.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
[UsesMultipart]
public abstract partial class MultipartConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    public async Task Parts_become_an_object_with_the_composite_ETag()
    {
        byte[][] pieces = [Piece(1), Piece(2), Payload.Bytes(7, 3)];
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        Assert.That(upload.Key, Is.EqualTo("object"));
        Assert.That(upload.UploadId, Is.Not.Empty);
        List<PartInfo> parts = await UploadAsync(upload, pieces);

        ObjectProperties made = await upload.CompleteAsync(parts);

        Assert.That(parts.Select(part => part.ETag), Is.EqualTo(pieces.Select(ExpectedETag.Plain)));
        Assert.That(parts.Select(part => part.Size), Is.EqualTo(pieces.Select(piece => (long)piece.Length)));
        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite(pieces)));
        Assert.That(made.Size, Is.EqualTo(pieces.Sum(piece => piece.Length)));
        await AssertUntouchedAsync(made, Payload.Join(pieces));
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5000)]
    public async Task A_single_part_may_be_small_and_its_ETag_still_ends_in_1(int size)
    {
        byte[] content = Payload.Bytes(size);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");

        ObjectProperties made = await upload.CompleteAsync([await upload.UploadPartAsync(1, content)]);

        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite(content)).And.EndsWith("-1"));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    public async Task Parts_may_come_in_any_order_in_parallel_and_with_gaps()
    {
        int[] numbers = [10_000, 3, 1, 777, 2, 9999, 50];
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo[] parts = await Task.WhenAll(numbers.Select(number => upload.UploadPartAsync(number, Piece(number))));
        int[] ordered = [.. numbers.Order()];

        ObjectProperties made = await upload.CompleteAsync(parts.OrderBy(part => part.PartNumber));

        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite([.. ordered.Select(Piece)])));
        await AssertContentAsync("object", Payload.Join([.. ordered.Select(Piece)]));
    }

    [ContractTest]
    public async Task A_part_that_is_uploaded_again_is_replaced()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo first = await upload.UploadPartAsync(1, Piece(1));
        PartInfo second = await upload.UploadPartAsync(2, Piece(2));
        PartInfo again = await upload.UploadPartAsync(1, Payload.Bytes(PartLength + 50, 9));
        Assert.That(await upload.ListPartsAsync().Select(part => (part.PartNumber, part.ETag, part.Size)).ToListAsync(), Is.EqualTo(new[]
        {
            (1, again.ETag, (long)PartLength + 50), (2, second.ETag, PartLength),
        }));

        await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([first, second]));
        await upload.CompleteAsync([again, second]);

        await AssertContentAsync("object", Payload.Join(Payload.Bytes(PartLength + 50, 9), Piece(2)));
    }

    [ContractTest]
    public async Task A_subset_of_the_parts_can_be_completed_and_the_rest_goes()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1), Piece(2), Piece(3), Piece(4));

        ObjectProperties made = await upload.CompleteAsync([parts[1], parts[3]]);

        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite(Piece(2), Piece(4))));
        await AssertContentAsync("object", Payload.Join(Piece(2), Piece(4)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, async () => await upload.ListPartsAsync().ToListAsync());
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    [TestCase("unknown")]
    [TestCase("declared")]
    [TestCase("seekable")]
    public async Task A_part_can_be_larger_than_the_stores_part_size_and_come_from_any_source(string source)
    {
        byte[] large = Payload.Bytes(PartSize + 1234);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        var stream = new ScriptedStream(large) { Seekable = source == "seekable", BiteSize = 100_003 };

        PartInfo part = await upload.UploadPartAsync(
            1, stream, source == "declared" ? new UploadPartOptions { ContentLength = large.Length } : null);
        ObjectProperties made = await upload.CompleteAsync([part, await upload.UploadPartAsync(2, Piece(2))]);

        Assert.That((part.ETag, part.Size), Is.EqualTo((ExpectedETag.Plain(large), (long)large.Length)));
        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite(large, Piece(2))));
        Assert.That(stream.IsDisposed, Is.False);
        await AssertContentAsync("object", Payload.Join(large, Piece(2)));
    }

    [ContractTest]
    public async Task Nothing_is_visible_before_the_commit()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("new");
        PartInfo part = await upload.UploadPartAsync(1, Piece(1));

        Assert.That(await Bucket.ExistsAsync("new"), Is.False);
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetAsync("new"));
        await AssertKeysAsync();
        await upload.CompleteAsync([part]);

        await AssertKeysAsync("new");
    }

    [ContractTest]
    public async Task The_old_object_stays_until_the_commit_replaces_it_whole()
    {
        ObjectProperties old = await PutAsync(
            "object",
            Payload.Bytes(5000),
            new PutOptions { ContentLanguage = "de", Metadata = new Dictionary<string, string> { ["old"] = "1" } });
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object", new MultipartOptions { CacheControl = "no-store" });
        PartInfo part = await upload.UploadPartAsync(1, Piece(1));
        await AssertUntouchedAsync(old, Payload.Bytes(5000));

        ObjectProperties made = await upload.CompleteAsync([part]);

        Assert.That(made.Revision, Is.Not.EqualTo(old.Revision));
        StorageAssert.SameAttributes(await Bucket.HeadAsync("object"), new ObjectAttributes { CacheControl = "no-store" });
        await AssertContentAsync("object", Piece(1));
    }

    [ContractTest]
    public async Task An_upload_can_be_taken_up_by_another_store_with_nothing_but_its_id()
    {
        await using ObjectStore elsewhere = await OpenStoreAsync();
        MultipartUpload here = await Bucket.CreateMultipartUploadAsync("object", new MultipartOptions { ContentType = "text/x-upload" });
        PartInfo first = await here.UploadPartAsync(1, Piece(1));
        MultipartUpload there = elsewhere.GetBucket(Bucket.Name).GetMultipartUpload("object", here.UploadId);

        PartInfo second = await there.UploadPartAsync(2, Piece(2));
        Assert.That(await there.ListPartsAsync().Select(part => part.ETag).ToListAsync(), Is.EqualTo(new[] { first.ETag, second.ETag }));
        ObjectProperties made = await there.CompleteAsync([first, second]);

        Assert.That(made.ContentType, Is.EqualTo("text/x-upload"));
        await AssertUntouchedAsync(made, Payload.Join(Piece(1), Piece(2)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => here.UploadPartAsync(3, Piece(3)));
    }

    private byte[] Piece(int number) => Payload.Bytes(PartLength, number);

    /// <summary>A part that can only be the last one; no two have the same size.</summary>
    private static byte[] Small(int number) => Payload.Bytes(1000 + number, number);

    private static async Task<List<PartInfo>> UploadAsync(MultipartUpload upload, params byte[][] pieces)
    {
        var parts = new List<PartInfo>();
        foreach (byte[] piece in pieces)
        {
            parts.Add(await upload.UploadPartAsync(parts.Count + 1, piece));
        }

        return parts;
    }
}
