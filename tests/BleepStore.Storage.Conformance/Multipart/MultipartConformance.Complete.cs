using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class MultipartConformance<THarness>
{
    [ContractTest]
    public async Task Parts_out_of_order_are_InvalidPartOrder_and_the_upload_stays()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1), Piece(2));

        foreach (PartInfo[] wrong in new PartInfo[][] { [parts[1], parts[0]], [parts[0], parts[0]], [parts[0], parts[1], parts[1]] })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidPartOrder, () => upload.CompleteAsync(wrong));
        }

        await AssertStillUsableAsync(upload, parts, Piece(1), Piece(2));
    }

    [ContractTest]
    public async Task No_part_at_all_is_InvalidPart_and_the_upload_stays()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1));

        await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([]));
        await StorageAssert.ThrowsAsync<ArgumentNullException>(() => upload.CompleteAsync(null!));

        await AssertStillUsableAsync(upload, parts, Piece(1));
    }

    [ContractTest]
    public async Task A_part_that_is_missing_or_has_another_ETag_is_InvalidPart_and_the_upload_stays()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo older = await upload.UploadPartAsync(1, Piece(7));
        List<PartInfo> parts = await UploadAsync(upload, Piece(1), Piece(2));

        foreach (PartInfo[] wrong in new PartInfo[][]
        {
            [parts[0], parts[1], new() { PartNumber = 3, ETag = parts[1].ETag }],
            [new() { PartNumber = 5, ETag = parts[0].ETag }],
            [parts[0], parts[1] with { ETag = parts[0].ETag }],
            [older, parts[1]],
            [parts[0] with { ETag = "0123456789abcdef0123456789abcdef" }],
            [parts[0] with { ETag = "no-md5" }],
            [parts[0], parts[1] with { ETag = parts[1].ETag[..31] }],
        })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync(wrong));
        }

        await AssertStillUsableAsync(upload, parts, Piece(1), Piece(2));
    }

    [ContractTest]
    public async Task A_part_before_the_last_that_is_too_small_is_EntityTooSmall_and_can_be_mended()
    {
        await using ObjectStore strict = await OpenStoreAsync(static options => options.MinimumPartSize = PartSize);
        MultipartUpload upload = await strict.GetBucket(Bucket.Name).CreateMultipartUploadAsync("object");
        PartInfo small = await upload.UploadPartAsync(1, Payload.Bytes(PartSize - 1));
        PartInfo last = await upload.UploadPartAsync(2, Payload.Bytes(10));

        await StorageAssert.FailsAsync(StorageErrorCode.EntityTooSmall, () => upload.CompleteAsync([small, last]));
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        PartInfo mended = await upload.UploadPartAsync(1, Payload.Bytes(PartSize));
        ObjectProperties made = await upload.CompleteAsync([mended, last]);

        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite(Payload.Bytes(PartSize), Payload.Bytes(10))));
        await AssertContentAsync("object", Payload.Join(Payload.Bytes(PartSize), Payload.Bytes(10)));
    }

    [ContractTest]
    public async Task Quotes_around_a_parts_ETag_are_taken_off_and_its_size_is_not_looked_at()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, Piece(1));

        await upload.CompleteAsync([new PartInfo { PartNumber = 1, ETag = $"\"{part.ETag}\"", Size = 12_345 }]);

        await AssertContentAsync("object", Piece(1));
    }

    [ContractTest]
    public async Task Completing_again_returns_the_same_object()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1), Piece(2));
        ObjectProperties made = await upload.CompleteAsync(parts);

        ObjectProperties again = await upload.CompleteAsync(parts);
        ObjectProperties elsewhere = await Bucket.GetMultipartUpload("object", upload.UploadId).CompleteAsync(parts);

        StorageAssert.SameObject(again, made);
        StorageAssert.SameObject(elsewhere, made);
        await AssertUntouchedAsync(made, Payload.Join(Piece(1), Piece(2)));
    }

    [ContractTest]
    public async Task Completing_again_is_NoSuchUpload_once_the_object_was_replaced_or_deleted()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1));
        await upload.CompleteAsync(parts);

        ObjectProperties newer = await PutAsync("object", Payload.Bytes(50));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync(parts));
        await AssertUntouchedAsync(newer, Payload.Bytes(50));
        await Bucket.DeleteAsync("object");
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CompleteAsync(parts));

        await AssertKeysAsync();
    }

    [ContractTest]
    public async Task After_the_commit_everything_else_is_NoSuchUpload_and_the_object_stays()
    {
        await PutAsync("source", Piece(1));
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        ObjectProperties made = await upload.CompleteAsync([await upload.UploadPartAsync(1, Piece(1))]);

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.UploadPartAsync(1, Piece(2)));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.CopyPartAsync(1, Address("source")));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => upload.AbortAsync());
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, async () => await upload.ListPartsAsync().ToListAsync());

        await AssertUntouchedAsync(made, Piece(1));
    }

    [ContractTest]
    public async Task A_commit_whose_condition_fails_can_be_repeated_without_it()
    {
        ObjectProperties old = await PutAsync("object", Payload.Bytes(50));
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1), Piece(2));

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => upload.CompleteAsync(parts, new CompleteOptions { IfAbsent = true }));
        await AssertUntouchedAsync(old, Payload.Bytes(50));

        await AssertStillUsableAsync(upload, parts, Piece(1), Piece(2));
    }

    [ContractTest]
    public async Task A_conditional_commit_that_is_repeated_is_still_the_one_that_won()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        List<PartInfo> parts = await UploadAsync(upload, Piece(1));
        ObjectProperties made = await upload.CompleteAsync(parts, new CompleteOptions { IfAbsent = true });

        ObjectProperties again = await upload.CompleteAsync(parts, new CompleteOptions { IfAbsent = true });

        StorageAssert.SameObject(again, made);
        await AssertUntouchedAsync(made, Piece(1));
    }

    private async Task AssertStillUsableAsync(MultipartUpload upload, IReadOnlyList<PartInfo> parts, params byte[][] pieces)
    {
        Assert.That(await upload.ListPartsAsync().Select(part => part.ETag).ToListAsync(), Is.EqualTo(parts.Select(part => part.ETag)));
        ObjectProperties made = await upload.CompleteAsync(parts);
        Assert.That(made.ETag, Is.EqualTo(ExpectedETag.Composite(pieces)));
        await AssertContentAsync("object", Payload.Join(pieces));
    }
}
