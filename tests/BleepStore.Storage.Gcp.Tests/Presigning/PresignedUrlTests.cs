using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Gcp.Tests.Support;

namespace BleepStore.Storage.Gcp.Tests.Presigning;

/// <summary>URLs of the store, sent by plain HTTP to a server that checks them.</summary>
public sealed class PresignedUrlTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Digits = "0123456789"u8.ToArray();

    [Test]
    public async Task Each_method_does_what_it_says_without_a_credential()
    {
        await using SignedStore signed = await SignedStore.StartAsync();

        SentAnswer put = await signed.SendAsync(await signed.Bucket.PresignAsync("a/key", PresignMethod.Put, Minute), Digits);
        SentAnswer head = await signed.SendAsync(await signed.Bucket.PresignAsync("a/key", PresignMethod.Head, Minute));
        SentAnswer get = await signed.SendAsync(await signed.Bucket.PresignAsync("a/key", PresignMethod.Get, Minute));
        SentAnswer delete = await signed.SendAsync(await signed.Bucket.PresignAsync("a/key", PresignMethod.Delete, Minute));

        Assert.That((put.Status, head.Status, get.Status, delete.Status), Is.EqualTo((200, 200, 200, 204)));
        Assert.That(head.Headers["Content-Length"], Is.EqualTo("10"));
        Assert.That(get.Bytes, Is.EqualTo(Digits));
        Assert.That(await signed.Bucket.ExistsAsync("a/key"), Is.False);
    }

    [Test]
    public async Task A_URL_expires_when_it_says()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await signed.Bucket.PutAsync("key", Digits);
        DateTimeOffset before = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromSeconds(90.9));

        var date = DateTimeOffset.ParseExact(
            Parameter(url, "X-Goog-Date"), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.That(date, Is.GreaterThanOrEqualTo(before));
        Assert.That((Parameter(url, "X-Goog-Expires"), url.ExpiresAt), Is.EqualTo(("90", date.AddSeconds(90))));
        signed.Time.Shift = TimeSpan.FromSeconds(60);
        Assert.That((await signed.SendAsync(url)).Result, Is.EqualTo("200"));
        signed.Time.Shift = TimeSpan.FromSeconds(91);
        Assert.That((await signed.SendAsync(url)).Result, Is.EqualTo("400 ExpiredToken"));
    }

    [TestCase(PresignMethod.Get, "PUT")]
    [TestCase(PresignMethod.Get, "DELETE")]
    [TestCase(PresignMethod.Head, "GET")]
    [TestCase(PresignMethod.Put, "DELETE")]
    [TestCase(PresignMethod.Delete, "PUT")]
    public async Task A_URL_is_for_its_method_alone(PresignMethod method, string other)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await signed.Bucket.PutAsync("key", Digits);
        PresignedUrl url = await signed.Bucket.PresignAsync("key", method, Minute);

        SentAnswer answer = await signed.SendAsync(url, other == "PUT" ? [1] : null, other);

        Assert.That(answer.Result, Is.EqualTo("403 SignatureDoesNotMatch"));
        Assert.That(await signed.Bucket.GetTextAsync("key"), Is.EqualTo("0123456789"));
    }

    [Test]
    public async Task A_URL_is_for_its_key_alone()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await signed.Bucket.PutAsync("other", Digits);
        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Get, Minute);

        SentAnswer answer = await signed.SendAsync(
            url with { Url = new Uri(url.Url.AbsoluteUri.Replace("/key?", "/other?", StringComparison.Ordinal)) });

        Assert.That(answer.Result, Is.EqualTo("403 SignatureDoesNotMatch"));
    }

    [Test]
    public async Task A_put_stores_all_that_its_URL_binds()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        PresignOptions options = Bound();

        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Put, Minute, options);
        SentAnswer answer = await signed.SendAsync(url, Digits);

        Assert.That(answer.Result, Is.EqualTo("200"));
        ObjectProperties properties = await signed.Bucket.HeadAsync("key");
        Assert.That(properties.ContentType, Is.EqualTo("text/csv"));
        Assert.That(properties.Metadata, Is.EquivalentTo(options.Metadata));
        Assert.That(properties.ETag, Is.EqualTo(ETags.FromMd5(MD5.HashData(Digits))));
        Assert.That(answer.Headers["ETag"], Is.EqualTo($"\"{properties.ETag}\""));
    }

    [TestCase("Content-Type", "text/html", "403 SignatureDoesNotMatch")]
    [TestCase("Content-Type", null, "400 MalformedSecurityHeader")]
    [TestCase("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", "403 SignatureDoesNotMatch")]
    [TestCase("Content-MD5", null, "400 MalformedSecurityHeader")]
    [TestCase("x-goog-content-length-range", "0,100", "403 SignatureDoesNotMatch")]
    [TestCase("x-goog-content-length-range", null, "400 MalformedSecurityHeader")]
    [TestCase("x-goog-meta-colour", "blue", "403 SignatureDoesNotMatch")]
    [TestCase("x-goog-meta-colour", null, "400 MalformedSecurityHeader")]
    [TestCase("x-goog-meta-more", "x", "403 AccessDenied")]
    [TestCase("x-goog-storage-class", "ARCHIVE", "403 AccessDenied")]
    public async Task A_put_that_differs_from_its_URL_is_refused(string header, string? value, string answered)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Put, Minute, Bound());

        SentAnswer answer = await signed.SendAsync(url, Digits, method: null, (header, value));

        Assert.That(answer.Result, Is.EqualTo(answered));
        Assert.That(await signed.Bucket.ExistsAsync("key"), Is.False);
    }

    [TestCase("012345678", "400 EntityTooSmall")]
    [TestCase("0123456789+", "400 EntityTooLarge")]
    [TestCase("0123456780", "400 BadDigest")]
    public async Task Other_bytes_than_the_URL_binds_are_refused_and_the_old_ones_stay(string bytes, string answered)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await signed.Bucket.PutTextAsync("key", "old");
        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Put, Minute, Bound());

        SentAnswer answer = await signed.SendAsync(url, System.Text.Encoding.ASCII.GetBytes(bytes));

        Assert.That(answer.Result, Is.EqualTo(answered));
        Assert.That(await signed.Bucket.GetTextAsync("key"), Is.EqualTo("old"));
    }

    [Test]
    public async Task The_disposition_of_the_answer_is_part_of_the_URL()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await signed.Bucket.PutAsync("key", Digits, new PutOptions { ContentType = "text/plain" });
        var options = new PresignOptions { ResponseContentDisposition = ContentDispositions.Attachment("ä \"b\".png") };
        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Get, Minute, options);

        SentAnswer answer = await signed.SendAsync(url);
        SentAnswer changed = await signed.SendAsync(
            url with { Url = new Uri(url.Url.AbsoluteUri.Replace("=attachment", "=inline", StringComparison.Ordinal)) });

        Assert.That(url.RequiredHeaders, Is.Empty);
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("text/plain"));
        Assert.That(answer.Headers["Content-Disposition"], Is.EqualTo(options.ResponseContentDisposition));
        Assert.That(changed.Result, Is.EqualTo("403 SignatureDoesNotMatch"));
    }

    [Test]
    public async Task The_disposition_of_the_object_wins_over_that_of_the_URL()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await signed.Bucket.PutAsync("key", Digits, new PutOptions { ContentDisposition = "inline" });
        var options = new PresignOptions { ResponseContentDisposition = "attachment" };

        SentAnswer answer = await signed.SendAsync(await signed.Bucket.PresignAsync("key", PresignMethod.Get, Minute, options));

        Assert.That(answer.Headers["Content-Disposition"], Is.EqualTo("inline"), "as docs/gcp.md says");
    }

    [TestCase(null, false)]
    [TestCase("no-transform", true)]
    public async Task A_client_that_does_not_accept_gzip_gets_gzip_only_under_no_transform(string? cacheControl, bool isStored)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Digits);
        }

        await signed.Bucket.PutAsync(
            "key", compressed.ToArray(), new PutOptions { ContentEncoding = "gzip", CacheControl = cacheControl });

        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Get, Minute);
        SentAnswer answer = await signed.SendAsync(url);
        SentAnswer accepted = await signed.SendAsync(url, changes: ("Accept-Encoding", "gzip"));

        Assert.That(answer.Bytes, Is.EqualTo(isStored ? compressed.ToArray() : Digits), "as docs/gcp.md says");
        Assert.That(accepted.Bytes, Is.EqualTo(compressed.ToArray()));
    }

    [TestCase(nameof(PresignOptions.ResponseContentType))]
    [TestCase(nameof(PresignOptions.ResponseCacheControl))]
    public async Task A_header_that_Google_would_not_replace_is_not_supported(string option)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        PresignOptions options = option == nameof(PresignOptions.ResponseContentType)
            ? new PresignOptions { ResponseContentType = "text/plain" }
            : new PresignOptions { ResponseCacheControl = "no-store" };

        foreach (PresignMethod method in new[] { PresignMethod.Get, PresignMethod.Head })
        {
            StorageException error = (await Assert.ThrowsAsync<StorageException>(
                () => signed.Bucket.PresignAsync("key", method, Minute, options)))!;

            Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
            Assert.That(error.Message, Does.Contain(option).And.Contain("ObjectStoreOptions.Links"));
        }
    }

    [Test]
    public async Task What_the_options_of_the_store_say_of_objects_is_bound()
    {
        const string key = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.Open(static options => (options.StorageClass, options.KmsKeyName) = ("NEARLINE", key)).GetBucket("bucket");
        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Put, Minute);

        SentAnswer without = await signed.SendAsync(url, Digits, method: null, ("x-goog-storage-class", null));
        SentAnswer answer = await signed.SendAsync(url, Digits);
        SentAnswer get = await signed.SendAsync(await bucket.PresignAsync("key", PresignMethod.Get, Minute));

        Assert.That((without.Result, answer.Result), Is.EqualTo(("400 MalformedSecurityHeader", "200")));
        Assert.That(url.RequiredHeaders["x-goog-encryption-kms-key-name"], Is.EqualTo(key));
        Assert.That((await bucket.HeadAsync("key")).StorageClass, Is.EqualTo("NEARLINE"));
        Assert.That(get.Bytes, Is.EqualTo(Digits));
    }

    [Test]
    public async Task The_project_that_pays_is_part_of_the_URL()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.Open(static options => options.UserProject = "payer-1").GetBucket("bucket");
        await bucket.PutAsync("key", Digits);

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Minute);

        Assert.That(Parameter(url, "userProject"), Is.EqualTo("payer-1"));
        Assert.That((await signed.SendAsync(url)).Bytes, Is.EqualTo(Digits));
    }

    [TestCase(GcpBucketMapping.SharedContainer)]
    [TestCase(GcpBucketMapping.ContainerPerBucket)]
    public async Task Every_key_can_be_put_and_got_by_a_URL_that_nobody_touched(GcpBucketMapping mapping)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await using ObjectStore store = Open(signed, mapping);
        Bucket bucket = await store.CreateBucketAsync("my-bucket");
        foreach (KeyCase entry in KeyCatalogue.Valid)
        {
            UpstreamName upstream = store.GetUpstreamName(bucket.Name, entry.Key);
            if (upstream.Name.Split('/').Any(static segment => segment is "." or ".."))
            {
                StorageException error = (await Assert.ThrowsAsync<StorageException>(
                    () => bucket.PresignAsync(entry.Key, PresignMethod.Get, Minute)))!;
                Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InvalidKey), entry.Name);
                continue;
            }

            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(entry.Key);
            SentAnswer put = await signed.SendAsync(await bucket.PresignAsync(entry.Key, PresignMethod.Put, Minute), bytes);
            Assert.That(put.Result, Is.EqualTo("200"), entry.Name);
            Assert.That(signed.Server.ObjectNames, Has.Member((upstream.Container, upstream.Name)), entry.Name);
            Assert.That((await bucket.HeadAsync(entry.Key)).ETag, Is.EqualTo(ETags.FromMd5(MD5.HashData(bytes))), entry.Name);
            SentAnswer get = await signed.SendAsync(await bucket.PresignAsync(entry.Key, PresignMethod.Get, Minute));
            Assert.That(get.Bytes, Is.EqualTo(bytes), entry.Name);
        }
    }

    [TestCase(GcpBucketMapping.SharedContainer, "container/pre/my-bucket/a ~=7e=b")]
    [TestCase(GcpBucketMapping.ContainerPerBucket, "my-bucket/pre/a ~=7e=b")]
    public async Task The_name_upstream_is_that_of_the_object(GcpBucketMapping mapping, string expected)
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        await using ObjectStore store = Open(signed, mapping, "pre/");
        Bucket bucket = await store.CreateBucketAsync("my-bucket");
        await bucket.PutAsync("a ~=b", Digits);

        UpstreamName name = store.GetUpstreamName(bucket.Name, "a ~=b");

        Assert.That(name.ToString(), Is.EqualTo(expected));
        Assert.That(signed.Server.ObjectNames, Has.Member((name.Container, name.Name)));
    }

    private static PresignOptions Bound() => new()
    {
        ContentType = "text/csv",
        ContentLength = Digits.Length,
        ContentMd5 = MD5.HashData(Digits),
        Metadata = new Dictionary<string, string>
        {
            ["colour"] = "red",
            ["plain_name-1"] = "two  spaces",
            ["größe"] = "½ Kilo",
            ["greeting"] = "grüß Gott",
        },
    };

    private static ObjectStore Open(SignedStore signed, GcpBucketMapping mapping, string prefix = "") => signed.Open(options =>
    {
        bool isShared = mapping == GcpBucketMapping.SharedContainer;
        options.BucketMapping = mapping;
        options.Bucket = isShared ? ServedStore.Container : null;
        options.ProjectId = isShared ? null : "project";
        options.Prefix = prefix;
    });

    private static string Parameter(PresignedUrl url, string name) => System.Web.HttpUtility.ParseQueryString(url.Url.Query)[name]!;
}
