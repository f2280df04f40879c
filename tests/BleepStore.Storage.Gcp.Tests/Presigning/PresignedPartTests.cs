using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Presigning;

/// <summary>Parts that are uploaded by URLs.</summary>
public sealed class PresignedPartTests
{
    private const string Key = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] First = [.. Enumerable.Range(0, 1000).Select(static i => (byte)i)];
    private static readonly byte[] Second = "the end"u8.ToArray();

    [TestCase(null, true)]
    [TestCase(null, false)]
    [TestCase(Key, true)]
    [TestCase(Key, false)]
    public async Task Parts_are_listed_and_completed_as_those_of_the_library(string? kmsKeyName, bool hasLength)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.Open(options => options.KmsKeyName = kmsKeyName).GetBucket("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync(
            "key", new MultipartOptions { ContentType = "text/csv", StorageClass = "NEARLINE" });

        SentAnswer second = await signed.SendAsync(await SignAsync(upload, 2, Second, hasLength), Second);
        SentAnswer first = await signed.SendAsync(await SignAsync(upload, 1, First, hasLength), First);
        List<PartInfo> parts = await upload.ListPartsAsync().ToListAsync();
        ObjectProperties made = await upload.CompleteAsync(parts);

        Assert.That((first.Result, second.Result), Is.EqualTo(("200", "200")));
        Assert.That(parts.Select(static part => (part.PartNumber, part.Size, part.ETag)), Is.EqualTo(new[]
        {
            (1, 1000L, ETags.FromMd5(MD5.HashData(First))),
            (2, 7L, ETags.FromMd5(MD5.HashData(Second))),
        }));
        Assert.That((made.ETag, made.ContentType, made.StorageClass), Is.EqualTo((ETags.Compose(parts), "text/csv", "NEARLINE")));
        await using ObjectReader reader = await bucket.GetAsync("key");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(First.Concat(Second)));
        Assert.That(signed.Server.ObjectNames, Has.Count.EqualTo(1), "nothing internal is left");
    }

    [Test]
    public async Task A_part_of_the_library_and_one_by_a_URL_are_stored_alike()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        MultipartUpload upload = await signed.Bucket.CreateMultipartUploadAsync("key");
        PartInfo own = await upload.UploadPartAsync(1, First);
        PresignedUrl url = await SignAsync(upload, 2, First, hasLength: true);

        await signed.SendAsync(url, First);
        List<PartInfo> parts = await upload.ListPartsAsync().ToListAsync();

        Assert.That(parts, Is.EqualTo(new[] { own, own with { PartNumber = 2 } }));
        Assert.That(url.RequiredHeaders["x-goog-meta-bleepstoreetag"], Is.EqualTo($"{own.ETag}:1000"));
    }

    [Test]
    public async Task Other_bytes_are_refused_and_the_part_stays()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        MultipartUpload upload = await signed.Bucket.CreateMultipartUploadAsync("key");
        await upload.UploadPartAsync(1, First);
        PresignedUrl url = await SignAsync(upload, 1, Second, hasLength: true);

        SentAnswer longer = await signed.SendAsync(url, First);
        SentAnswer other = await signed.SendAsync(url, "the and"u8.ToArray());

        Assert.That((longer.Result, other.Result), Is.EqualTo(("400 EntityTooLarge", "400 BadDigest")));
        Assert.That((await upload.ListPartsAsync().SingleAsync()).ETag, Is.EqualTo(ETags.FromMd5(MD5.HashData(First))));
    }

    [Test]
    public async Task Only_the_record_of_the_upload_is_asked_for()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        MultipartUpload upload = await signed.Bucket.CreateMultipartUploadAsync("key");
        signed.Server.Requests.Clear();

        await signed.Bucket.PresignAsync("key", PresignMethod.Put, Minute);
        await signed.Bucket.PresignPostAsync("in/", Minute);
        IReadOnlyList<string> before = signed.Server.Requests.Operations;
        await SignAsync(upload, 1, First, hasLength: true);

        Assert.That(before, Is.Empty);
        Assert.That(signed.Server.Requests.Operations, Is.EqualTo(new[] { "objects.get" }));
    }

    [Test]
    public async Task A_part_needs_its_MD5()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        MultipartUpload upload = await signed.Bucket.CreateMultipartUploadAsync("key");

        await Assert.ThatAsync(() => upload.PresignPartAsync(1, Minute), Throws.ArgumentException.With.Message.Contains("ContentMd5"));
    }

    [TestCase("key", "never-begun")]
    [TestCase("another", null)]
    [TestCase("key", "../../x")]
    public async Task An_upload_that_is_not_under_way_has_no_URLs(string key, string? uploadId)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        MultipartUpload upload = await signed.Bucket.CreateMultipartUploadAsync("key");
        MultipartUpload other = signed.Bucket.GetMultipartUpload(key, uploadId ?? upload.UploadId);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => SignAsync(other, 1, First, hasLength: true)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchUpload));
    }

    [Test]
    public async Task An_upload_that_was_aborted_has_no_URLs()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        MultipartUpload upload = await signed.Bucket.CreateMultipartUploadAsync("key");
        await upload.AbortAsync();

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => SignAsync(upload, 1, First, hasLength: true)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchUpload));
    }

    private static Task<PresignedUrl> SignAsync(MultipartUpload upload, int number, byte[] bytes, bool hasLength)
    {
        var options = new UploadPartOptions { ContentMd5 = MD5.HashData(bytes), ContentLength = hasLength ? bytes.Length : null };
        return upload.PresignPartAsync(number, Minute, options);
    }
}
