using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class MultipartConformance<THarness>
{
    [ContractTest]
    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(10_001)]
    [TestCase(int.MaxValue)]
    public async Task A_part_number_outside_1_to_10000_is_an_argument_error(int number)
    {
        await PutAsync("source", Piece(1));
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");

        await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(() => upload.UploadPartAsync(number, Piece(1)));
        await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(() => upload.CopyPartAsync(number, Address("source")));
        await StorageAssert.ThrowsAsync<ArgumentOutOfRangeException>(() => upload.CompleteAsync([new PartInfo
        {
            PartNumber = number,
            ETag = "abc",
        }]));

        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.Empty);
    }

    [ContractTest]
    public async Task A_part_with_the_wrong_MD5_is_BadDigest_and_the_earlier_one_stays()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, Piece(1), new UploadPartOptions { ContentMd5 = Payload.Md5(Piece(1)) });
        var wrong = new UploadPartOptions { ContentMd5 = Payload.Md5(Piece(1)) };

        await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () => upload.UploadPartAsync(1, Piece(2), wrong));
        await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () => upload.UploadPartAsync(1, new ScriptedStream(Piece(2)), wrong));
        await StorageAssert.FailsAsync(
            StorageErrorCode.BadDigest, () => upload.UploadPartAsync(2, new ScriptedStream(Piece(2)) { Seekable = true }, wrong));

        Assert.That(
            await upload.ListPartsAsync().Select(listed => (listed.PartNumber, listed.ETag)).ToListAsync(),
            Is.EqualTo(new[] { (1, part.ETag) }));
        await upload.CompleteAsync([part]);
        await AssertContentAsync("object", Piece(1));
    }

    [ContractTest]
    [TestCase(0, null)]
    [TestCase(50, null)]
    [TestCase(null, 150)]
    [TestCase(null, 50)]
    public async Task A_part_whose_source_fails_or_has_another_length_leaves_the_earlier_one(int? failsAt, int? declared)
    {
        int length = PartLength;
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, Piece(1));
        var options = new UploadPartOptions { ContentLength = declared + length - 100 };

        foreach (int number in new[] { 1, 2 })
        {
            var source = new ScriptedStream(Piece(2)) { FailsAt = failsAt };
            Exception thrown = await StorageAssert.ThrowsAsync<Exception>(() => upload.UploadPartAsync(number, source, options));
            Assert.That(
                failsAt is null
                    ? thrown is StorageException { Code: StorageErrorCode.IncompleteBody }
                    : ReferenceEquals(thrown, source.Failure),
                Is.True,
                thrown.ToString());
            Assert.That(source.IsDisposed, Is.False);
        }

        Assert.That(
            await upload.ListPartsAsync().Select(listed => (listed.PartNumber, listed.ETag)).ToListAsync(),
            Is.EqualTo(new[] { (1, part.ETag) }));
        await upload.CompleteAsync([part]);
        await AssertContentAsync("object", Piece(1));
    }

    [ContractTest]
    public async Task A_file_can_be_uploaded_part_by_part_as_it_is_read()
    {
        byte[] content = [.. Piece(1), .. Piece(2), .. Piece(3)];
        using var file = new MemoryStream(content);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        var options = new UploadPartOptions { ContentLength = PartLength };

        PartInfo first = await upload.UploadPartAsync(1, file, options);
        PartInfo second = await upload.UploadPartAsync(2, file, options);
        PartInfo third = await upload.UploadPartAsync(3, file);
        await upload.CompleteAsync([first, second, third]);

        Assert.That(file.Position, Is.EqualTo(content.Length));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    public async Task A_part_that_is_declared_too_large_is_EntityTooLarge_before_a_byte_is_read()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        var source = new ScriptedStream(Piece(1)) { BeforeRead = (_, _) => throw new InvalidOperationException("It was read.") };

        await StorageAssert.FailsAsync(
            StorageErrorCode.EntityTooLarge,
            () => upload.UploadPartAsync(1, source, new UploadPartOptions { ContentLength = ObjectStoreOptions.MaximumPartSize + 1 }));

        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.Empty);
    }

    [ContractTest]
    public async Task Parts_are_listed_by_number_with_markers_and_pages([Values(1, 2, 1000)] int pageSize)
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        int[] numbers = [1, 2, 5, 10, 9, 100, 10_000, 1001, 9999];
        foreach (int number in numbers)
        {
            await upload.UploadPartAsync(number, Small(number));
        }

        foreach (int after in new[] { 0, 1, 3, 9, 9999, 10_000 })
        {
            List<PartInfo> parts = await upload.ListPartsAsync(new ListPartsOptions { StartAfter = after, PageSize = pageSize })
                .ToListAsync();
            int[] expected = [.. numbers.Where(number => number > after).Order()];
            Assert.That(parts.Select(part => part.PartNumber), Is.EqualTo(expected));
            Assert.That(parts.Select(part => part.ETag), Is.EqualTo(expected.Select(number => ExpectedETag.Plain(Small(number)))));
            Assert.That(parts.Select(part => part.Size), Is.EqualTo(expected.Select(number => (long)Small(number).Length)));
        }
    }

    [ContractTest]
    public async Task What_is_no_query_of_parts_is_an_argument_error()
    {
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");

        foreach (ListPartsOptions options in new ListPartsOptions[]
        {
            new() { StartAfter = -1 },
            new() { PageSize = 0 },
            new() { PageSize = 1001 },
        })
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(async () => await upload.ListPartsAsync(options).ToListAsync());
        }
    }

    [ContractTest]
    public async Task A_part_can_be_copied_whole_or_as_a_range_and_from_another_bucket()
    {
        byte[] source = Payload.Bytes((2 * PartLength) + 500);
        Bucket other = await CreateBucketAsync();
        await other.PutAsync("a source", source);
        var address = new ObjectAddress(other.Name, "a source");
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");

        PartInfo[] parts =
        [
            await upload.CopyPartAsync(1, address),
            await upload.UploadPartAsync(2, Piece(2)),
            await upload.CopyPartAsync(3, address, ByteRange.From(100, PartLength)),
            await upload.CopyPartAsync(4, address, ByteRange.Suffix(PartLength)),
            await upload.CopyPartAsync(5, address, ByteRange.From(PartLength + 450, 10 * PartLength)),
        ];
        Assert.That(
            await upload.ListPartsAsync().Select(part => (part.PartNumber, part.ETag, part.Size)).ToListAsync(),
            Is.EqualTo(parts.Select(part => (part.PartNumber, part.ETag, part.Size))));
        ObjectProperties made = await upload.CompleteAsync(parts);

        byte[] expected = Payload.Join(
            source, Piece(2), source[100..(100 + PartLength)], source[^PartLength..], source[(PartLength + 450)..]);
        Assert.That(
            parts.Select(part => part.Size), Is.EqualTo(new long[] { source.Length, PartLength, PartLength, PartLength, PartLength + 50 }));
        await AssertUntouchedAsync(made, expected);
        await AssertContentAsync(other, "a source", source);
    }

    [ContractTest]
    public async Task A_copied_part_lives_on_when_its_source_goes()
    {
        await PutAsync("source", Piece(1));
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.CopyPartAsync(1, Address("source"));
        await Bucket.DeleteAsync("source");

        await upload.CompleteAsync([part]);

        await AssertKeysAsync("object");
        await AssertContentAsync("object", Piece(1));
    }

    [ContractTest]
    public async Task A_part_cannot_be_copied_from_what_is_not_there()
    {
        await PutAsync("source", Piece(1));
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, Piece(1));

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => upload.CopyPartAsync(1, Address("missing")));
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidRange, () => upload.CopyPartAsync(1, Address("source"), ByteRange.From(PartLength)));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchUpload, () => Bucket.GetMultipartUpload("object", "missing").CopyPartAsync(1, Address("source")));

        Assert.That(error.ObjectSize, Is.EqualTo(PartLength));
        await upload.CompleteAsync([part]);
        await AssertContentAsync("object", Piece(1));
    }

    [ContractTest]
    public async Task A_source_that_is_replaced_meanwhile_is_not_copied()
    {
        await PutAsync("source", Piece(1));
        Bucket raced = Intercept(backend => backend.Before = async request =>
        {
            if (request is Backends.CopyPartRequest)
            {
                await PutAsync("source", Piece(2));
            }
        });
        MultipartUpload upload = await raced.CreateMultipartUploadAsync("object");

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => upload.CopyPartAsync(1, Address("source")));

        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.Empty);
    }

    private ObjectAddress Address(string key) => new(Bucket.Name, key);
}
