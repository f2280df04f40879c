using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Conformance;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Backends;

/// <summary>A decorator that stores other bytes than it is given, written with what is public.</summary>
public class TransformingBackendTests
{
    private const int PartSize = 1000;

    [Test]
    public async Task What_is_put_in_one_piece_or_in_parts_reads_back_and_is_stored_masked(
        [Values(0, 10, 4500)] int size, [Values] bool isCloudLike)
    {
        (Bucket bucket, StorageBackend stored) = Open(isCloudLike);
        byte[] bytes = Bytes.Of(size);

        ObjectProperties put = await bucket.PutAsync("k", new SequentialSource(bytes));

        Assert.That(put.Size, Is.EqualTo(size));
        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes));
        Assert.That(await ReadStoredAsync(stored, "k"), Is.EqualTo(Mask.Of(bytes)));
        ObjectProperties found = await bucket.HeadAsync("k");
        Assert.That((found.ETag, found.Revision), Is.EqualTo((put.ETag, put.Revision)));
    }

    [Test]
    public async Task A_range_a_copy_and_a_move_read_back([Values] bool isCloudLike)
    {
        (Bucket bucket, StorageBackend stored) = Open(isCloudLike);
        byte[] bytes = Bytes.Of(4500);
        await bucket.PutAsync("k", bytes);

        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(999, 1502) });
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes[999..2501]));

        await bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "k"), "copy");
        await bucket.MoveAsync("copy", "moved");
        Assert.That(await ReadAsync(bucket, "moved"), Is.EqualTo(bytes));
        Assert.That(await ReadStoredAsync(stored, "moved"), Is.EqualTo(Mask.Of(bytes)));
    }

    [Test]
    public async Task A_file_comes_down_although_the_ETag_is_that_of_other_bytes([Values(10, 4500)] int size, [Values] bool isCloudLike)
    {
        (Bucket bucket, _) = Open(isCloudLike);
        byte[] bytes = Bytes.Of(size);
        await bucket.PutAsync("k", bytes, new PutOptions { SinglePart = true });
        using var folder = new TemporaryFolder();

        await bucket.GetFileAsync("k", folder.PathOf("file"));

        Assert.That(await File.ReadAllBytesAsync(folder.PathOf("file")), Is.EqualTo(bytes));
    }

    [Test]
    public async Task The_parts_of_an_explicit_upload_are_masked_too([Values] bool isCloudLike)
    {
        (Bucket bucket, StorageBackend stored) = Open(isCloudLike);
        byte[] bytes = Bytes.Of(3000);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo first = await upload.UploadPartAsync(1, bytes.AsMemory(0, 2000));
        PartInfo second = await upload.UploadPartAsync(2, bytes.AsMemory(2000));

        await upload.CompleteAsync([first, second]);

        Assert.That(await ReadAsync(bucket, "k"), Is.EqualTo(bytes));
        Assert.That(await ReadStoredAsync(stored, "k"), Is.EqualTo(Mask.Of(bytes)));
    }

    [Test]
    public async Task Without_the_capability_the_core_takes_the_answer_for_no_proof()
    {
        var memory = new ScriptedBackend();
        Bucket bucket = Stores.Over(new Masking(memory, isDeclared: false), PartSize);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.InternalError, () => bucket.PutAsync("k", Bytes.Of(10)));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    private static (Bucket Bucket, StorageBackend Stored) Open(bool isCloudLike)
    {
        var stored = new ScriptedBackend();
        StorageBackend beneath = isCloudLike ? new CloudLikeBackend(stored) : stored;
        return (Stores.Over(new Masking(beneath), PartSize), stored);
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    private static async Task<byte[]> ReadStoredAsync(StorageBackend backend, string key)
    {
        GetResult found = await backend.GetAsync(new GetRequest { Bucket = Stores.Bucket, Key = key }, CancellationToken.None);
        await using Stream content = found.Content;
        var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Stands for a cipher whose output is as long as its input.</summary>
    private sealed class Masking(StorageBackend inner, bool isDeclared = true) : DelegatingBackend(inner)
    {
        public override StorageCapabilities Capabilities => base.Capabilities with { TransformsBytes = isDeclared };

        public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
            base.PutAsync(request with { Body = new MaskedBody(request.Body) }, cancellationToken);

        public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
            base.UploadPartAsync(request with { Body = new MaskedBody(request.Body) }, cancellationToken);

        public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
        {
            GetResult result = await base.GetAsync(request, cancellationToken);
            return result with { Content = new Mask(result.Content) };
        }
    }

    private sealed class MaskedBody(StorageBody plain) : StorageBody
    {
        private byte[]? _md5;

        public override long? Length => plain.Length;

        /// <summary>Known beforehand where the plain bytes can be read twice.</summary>
        public override ReadOnlyMemory<byte>? Md5 => plain.CanReplay && plain.Md5 is not null ? _md5 ??= Hash() : null;

        public override bool CanReplay => plain.CanReplay;

        public override string ETag => Md5 is { } md5 ? ETags.FromMd5(md5.Span) : plain.ETag;

        public override Stream Open() => new Mask(plain.Open());

        private byte[] Hash()
        {
            using Stream masked = Open();
            return MD5.HashDataAsync(masked).AsTask().GetAwaiter().GetResult();
        }
    }

    private sealed class Mask(Stream plain) : AsyncReadStream
    {
        private const byte Key = 0x5A;

        public static byte[] Of(byte[] bytes) => [.. bytes.Select(static one => (byte)(one ^ Key))];

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await plain.ReadAsync(buffer, cancellationToken);
            foreach (ref byte one in buffer.Span[..count])
            {
                one ^= Key;
            }

            return count;
        }

        protected override void Dispose(bool disposing)
        {
            plain.Dispose();
            base.Dispose(disposing);
        }
    }
}
