using System.Net;
using System.Security.Cryptography;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Presigning;

/// <summary>Signed by an account key, and used by a bare HTTP client.</summary>
public sealed class PresigningTests
{
    private const int MiB = 1024 * 1024;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private EmulatedStore _emulated = null!;
    private Bucket _bucket = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task SetUp()
    {
        _emulated = await EmulatedStore.CreateAsync();
        _bucket = await _emulated.Store.CreateBucketAsync("bucket");
        _http = new HttpClient();
        _emulated.Wire.Clear();
    }

    [TearDown]
    public async Task TearDown()
    {
        _http.Dispose();
        await _emulated.DisposeAsync();
    }

    [Test]
    public async Task An_account_key_signs_without_a_request()
    {
        foreach (PresignMethod method in Enum.GetValues<PresignMethod>())
        {
            await _bucket.PresignAsync("key", method, Hour);
        }

        Assert.That(_emulated.Wire.Kinds, Is.Empty);
    }

    [Test]
    public async Task An_object_that_was_put_by_a_URL_has_the_MD5_as_its_ETag()
    {
        byte[] bytes = Payload.Bytes(1000);
        PresignedUrl put = await _bucket.PresignAsync("a b/ü?#%2F.txt", PresignMethod.Put, Hour);

        Assert.That(put.RequiredHeaders["x-ms-blob-type"], Is.EqualTo("BlockBlob"));
        Assert.That(await SendAsync(put, bytes), Is.EqualTo(HttpStatusCode.Created));

        ObjectProperties stored = await _bucket.HeadAsync("a b/ü?#%2F.txt");
        Assert.That((stored.Size, stored.ETag), Is.EqualTo((1000L, Convert.ToHexStringLower(MD5.HashData(bytes)))));
        PresignedUrl get = await _bucket.PresignAsync("a b/ü?#%2F.txt", PresignMethod.Get, Hour);
        Assert.That(await _http.GetByteArrayAsync(get.Url), Is.EqualTo(bytes));
    }

    [Test]
    public async Task The_headers_of_the_answer_are_those_of_the_URL()
    {
        await _bucket.PutAsync("key", new byte[1], new PutOptions { ContentType = "text/html" });
        PresignedUrl get = await _bucket.PresignAsync("key", PresignMethod.Get, Hour, new PresignOptions
        {
            ResponseContentType = "text/plain",
            ResponseContentDisposition = ContentDispositions.Attachment("ü.txt"),
            ResponseCacheControl = "no-store",
        });

        using HttpResponseMessage answer = await _http.GetAsync(get.Url);

        Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/plain"));
        Assert.That(answer.Content.Headers.ContentDisposition?.FileNameStar, Is.EqualTo("ü.txt"));
        Assert.That(answer.Headers.CacheControl?.NoStore, Is.True);
    }

    [Test]
    public async Task An_account_key_binds_no_header()
    {
        PresignOptions[] options =
        [
            new() { ContentType = "a/b" },
            new() { ContentLength = 1 },
            new() { ContentMd5 = new byte[16] },
            new() { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" } },
        ];
        foreach (PresignOptions bound in options)
        {
            StorageException error = await StorageAssert.FailsAsync(
                StorageErrorCode.NotSupported, () => _bucket.PresignAsync("key", PresignMethod.Put, Hour, bound));
            Assert.That(error.Message, Does.Contain("token credential"));
        }

        Assert.That(_emulated.Store.Capabilities.SupportsPresignHeaders, Is.False);
    }

    [Test]
    public async Task Parts_that_others_upload_become_the_object([Values] MultipartStaging staging)
    {
        await using EmulatedStore emulated = _emulated.OpenAnother(options => options.MultipartStaging = staging);
        Bucket bucket = emulated.Store.GetBucket("bucket");
        byte[] first = Payload.Bytes(5 * MiB);
        byte[] second = Payload.Bytes(1000);
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key", new MultipartOptions { ContentType = "a/b" });

        Assert.That(await SendAsync(await SignPartAsync(upload, 2, second), second), Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await SendAsync(await SignPartAsync(upload, 1, first), first), Is.EqualTo(HttpStatusCode.Created));
        List<PartInfo> parts = await upload.ListPartsAsync().ToListAsync();
        ObjectProperties stored = await upload.CompleteAsync(parts);

        Assert.That(parts.Select(static part => (part.PartNumber, part.Size, part.ETag)), Is.EqualTo(new[]
        {
            (1, (long)first.Length, Convert.ToHexStringLower(MD5.HashData(first))),
            (2, (long)second.Length, Convert.ToHexStringLower(MD5.HashData(second))),
        }));
        Assert.That((stored.Size, stored.ContentType), Is.EqualTo(((long)first.Length + second.Length, "a/b")));
        await using ObjectReader reader = await bucket.GetAsync("key");
        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual([.. first, .. second]), Is.True);
    }

    [Test]
    public async Task Of_two_signatures_of_a_part_the_later_counts(
        [Values] MultipartStaging staging, [Values] bool isLatestLower, [Values] bool isLatestSigned, [Values] bool isOldFirst)
    {
        await using EmulatedStore emulated = _emulated.OpenAnother(options => options.MultipartStaging = staging);
        (byte[] old, byte[] latest) = Ordered(isLatestLower);
        MultipartUpload upload = await emulated.Store.GetBucket("bucket").CreateMultipartUploadAsync("key");
        PresignedUrl one = await SignPartAsync(upload, 1, old);
        PresignedUrl? two = isLatestSigned ? await SignPartAsync(upload, 1, latest) : null;

        // The order of the signatures counts, not that of the requests.
        if (isOldFirst)
        {
            Assert.That(await SendAsync(one, old), Is.EqualTo(HttpStatusCode.Created));
        }

        if (two is null)
        {
            await upload.UploadPartAsync(1, latest);
        }
        else
        {
            Assert.That(await SendAsync(two, latest), Is.EqualTo(HttpStatusCode.Created));
        }

        if (!isOldFirst)
        {
            Assert.That(await SendAsync(one, old), Is.EqualTo(HttpStatusCode.Created));
        }

        PartInfo part = await upload.ListPartsAsync().SingleAsync();
        Assert.That(part.ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(latest))));
        await upload.CompleteAsync([part]);
        Assert.That((await emulated.Store.GetBucket("bucket").HeadAsync("key")).Size, Is.EqualTo(latest.Length));
    }

    /// <returns>Two bodies of unequal length, whose MD5s are in the wanted order.</returns>
    private static (byte[] Old, byte[] Latest) Ordered(bool isLatestLower)
    {
        byte[] old = Payload.Bytes(10);
        for (int seed = 0; ; seed++)
        {
            byte[] latest = Payload.Bytes(11, seed);
            if (MD5.HashData(latest).AsSpan().SequenceCompareTo(MD5.HashData(old)) < 0 == isLatestLower)
            {
                return (old, latest);
            }
        }
    }

    [Test]
    public async Task A_part_with_other_bytes_than_the_header_says_is_refused()
    {
        MultipartUpload upload = await _bucket.CreateMultipartUploadAsync("key");
        PresignedUrl url = await SignPartAsync(upload, 1, Payload.Bytes(10));

        Assert.That(await SendAsync(url, Payload.Bytes(11)), Is.EqualTo(HttpStatusCode.BadRequest));

        Assert.That(await upload.ListPartsAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_part_of_no_upload_and_an_empty_part_are_refused()
    {
        MultipartUpload ended = await _bucket.CreateMultipartUploadAsync("key");
        await ended.AbortAsync();
        MultipartUpload upload = await _bucket.CreateMultipartUploadAsync("key");

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => SignPartAsync(ended, 1, new byte[1]));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchUpload, () => SignPartAsync(_bucket.GetMultipartUpload("key", "x"), 1, new byte[1]));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported,
            () => upload.PresignPartAsync(1, Hour, new UploadPartOptions { ContentLength = 0, ContentMd5 = new byte[16] }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported,
            () => upload.PresignPartAsync(1, Hour, new UploadPartOptions { ContentLength = 5, ContentMd5 = new byte[16] }));
    }

    [Test]
    public async Task A_SAS_signs_nothing()
    {
        string sas = _emulated.Container.GenerateSasUri(
            global::Azure.Storage.Sas.BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow() + Hour).Query;
        await using ObjectStore store = AzureStore.Create(
            new AzureBackendOptions { AccountUrl = _emulated.Account.Url, SasToken = sas, Container = EmulatedStore.ContainerName });

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => store.GetBucket("bucket").PresignAsync("key", PresignMethod.Get, Hour));

        Assert.That(error.Message, Does.Contain("account key").And.Contain("Links"));
        Assert.That(store.Capabilities.SupportsPresign, Is.False);
    }

    [Test]
    public async Task A_client_with_a_SAS_in_its_address_signs_nothing()
    {
        Uri address = _emulated.Container.GenerateSasUri(
            global::Azure.Storage.Sas.BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow() + Hour);
        await using ObjectStore store = AzureStore.Create(new global::Azure.Storage.Blobs.BlobContainerClient(address));

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotSupported, () => store.GetBucket("bucket").PresignAsync("key", PresignMethod.Get, Hour));
        Assert.That(store.Capabilities.SupportsPresign, Is.False);
    }

    [Test]
    public async Task Forms_are_not_supported() =>
        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => _bucket.PresignPostAsync("key", Hour));

    [Test]
    public async Task A_name_upstream_is_the_name_of_the_blob()
    {
        await _bucket.PutAsync("a/../b\\c", "text"u8.ToArray());

        UpstreamName name = _emulated.Store.GetUpstreamName("bucket", "a/../b\\c");

        Assert.That(name.Container, Is.EqualTo(EmulatedStore.ContainerName));
        Assert.That(
            (await _emulated.Container.GetBlobClient(name.Name).DownloadContentAsync()).Value.Content.ToString(), Is.EqualTo("text"));
    }

    private static Task<PresignedUrl> SignPartAsync(MultipartUpload upload, int number, byte[] bytes) =>
        upload.PresignPartAsync(number, Hour, new UploadPartOptions { ContentMd5 = MD5.HashData(bytes) });

    private async Task<HttpStatusCode> SendAsync(PresignedUrl url, byte[] bytes)
    {
        using var request = new HttpRequestMessage(new HttpMethod(url.Method), url.Url) { Content = new ByteArrayContent(bytes) };
        foreach ((string name, string value) in url.RequiredHeaders)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }
}
