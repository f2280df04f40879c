using System.Security.Cryptography;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Puts;

public class PartTransferTests
{
    [Test]
    public async Task A_part_has_the_bytes_their_plain_MD5_and_their_size(
        [Values] PutTransferTests.Source source, [Values] bool streams, [Values(0, 1, 8, 9, 100)] int size, [Values] bool checkDigest)
    {
        byte[] bytes = Bytes.Of(size);
        Bucket bucket = Stores.Over(new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams }), partSize: 8);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        var options = new UploadPartOptions { ContentMd5 = checkDigest ? MD5.HashData(bytes) : default(ReadOnlyMemory<byte>?) };

        PartInfo part = await UploadAsync(upload, source, bytes, options);

        Assert.That((part.PartNumber, part.ETag, part.Size), Is.EqualTo((7, Bytes.Md5(bytes), size)));
        await upload.CompleteAsync([part]);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task A_part_that_is_refused_leaves_the_earlier_one(
        [Values] bool streams, [Values("digest", "short", "long", "failing")] string fault)
    {
        Bucket bucket = Stores.Over(new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams }), partSize: 8);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo kept = await upload.UploadPartAsync(7, "kept"u8.ToArray());
        var source = new SequentialSource(Bytes.Of(
            20), chunk: 3)
        { BeforeRead = (at, _) => fault == "failing" && at > 9 ? throw new IOException("Cut.") : Task.CompletedTask };
        UploadPartOptions options = fault switch
        {
            "digest" => new UploadPartOptions { ContentMd5 = MD5.HashData("other"u8) },
            "short" => new UploadPartOptions { ContentLength = 21 },
            "long" => new UploadPartOptions { ContentLength = 19 },
            _ => new UploadPartOptions(),
        };

        Exception thrown = await Catch.AsyncAs<Exception>(() => upload.UploadPartAsync(7, source, options));

        Assert.That((thrown as StorageException)?.Code, Is.EqualTo(fault switch
        {
            "digest" => StorageErrorCode.BadDigest,
            "failing" => default(StorageErrorCode?),
            _ => StorageErrorCode.IncompleteBody,
        }));
        Assert.That(thrown is IOException, Is.EqualTo(fault == "failing"));

        Assert.That((await PartsAsync(upload)).Single().ETag, Is.EqualTo(kept.ETag));
        Assert.That(source.IsDisposed, Is.False);
    }

    [Test]
    public async Task More_than_4000_MiB_is_EntityTooLarge_before_a_byte_is_read([Values] bool streams)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { StreamsPuts = streams });
        MultipartUpload upload = await Stores.Over(backend).CreateMultipartUploadAsync("k");
        const long tooMuch = (4000L * 1024 * 1024) + 1;
        await Catch.CodeAsync(
            StorageErrorCode.EntityTooLarge, () => upload.UploadPartAsync(1, new SeekableSource([], claimedLength: tooMuch)));
        await Catch.CodeAsync(
            StorageErrorCode.EntityTooLarge,
            () => upload.UploadPartAsync(1, new SequentialSource([]), new UploadPartOptions { ContentLength = tooMuch }));
        Assert.That(backend.Count("UploadPart"), Is.Zero);
    }

    [Test]
    public async Task A_number_outside_1_to_10000_is_a_bad_argument([Values(int.MinValue, -1, 0, 10_001)] int number)
    {
        var backend = new ScriptedBackend();
        MultipartUpload upload = await Stores.Over(backend).CreateMultipartUploadAsync("k");
        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => upload.UploadPartAsync(number, new byte[1]));
        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => upload.CopyPartAsync(number, new ObjectAddress(Stores.Bucket, "source")));
        await Catch.AsyncAs<ArgumentOutOfRangeException>(() => upload.CompleteAsync([new PartInfo
        {
            PartNumber = number,
            ETag = Bytes.Md5([]),
        }]));
        Assert.That(backend.Calls, Is.EqualTo(new[] { "CreateUpload" }));
    }

    [Test]
    public async Task The_lowest_and_the_highest_number_are_parts()
    {
        MultipartUpload upload = await Stores.Over(new ScriptedBackend()).CreateMultipartUploadAsync("k");
        PartInfo first = await upload.UploadPartAsync(1, "a"u8.ToArray());
        PartInfo last = await upload.UploadPartAsync(10_000, "b"u8.ToArray());
        Assert.That((await upload.CompleteAsync([first, last])).Size, Is.EqualTo(2));
    }

    private static Task<PartInfo> UploadAsync(
        MultipartUpload upload, PutTransferTests.Source source, byte[] bytes, UploadPartOptions options)
    {
        switch (source)
        {
            case PutTransferTests.Source.Memory:
                return upload.UploadPartAsync(7, bytes, options);
            case PutTransferTests.Source.Seekable:
                return upload.UploadPartAsync(7, new MemoryStream(bytes), options);
            case PutTransferTests.Source.File:
                return UploadFileAsync(upload, bytes, options);
            case PutTransferTests.Source.SequentialDeclared:
                return upload.UploadPartAsync(7, new SequentialSource(bytes, chunk: 5), options with { ContentLength = bytes.Length });
            default:
                return upload.UploadPartAsync(7, new SequentialSource(bytes, chunk: 5), options);
        }
    }

    private static async Task<PartInfo> UploadFileAsync(MultipartUpload upload, byte[] bytes, UploadPartOptions options)
    {
        await using FileStream file = PutTransferTests.TemporaryFile(bytes);
        return await upload.UploadPartAsync(7, file, options);
    }

    private static async Task<List<PartInfo>> PartsAsync(MultipartUpload upload)
    {
        var parts = new List<PartInfo>();
        await foreach (PartInfo part in upload.ListPartsAsync())
        {
            parts.Add(part);
        }

        return parts;
    }
}
