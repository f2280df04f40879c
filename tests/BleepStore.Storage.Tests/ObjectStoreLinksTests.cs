using System.Security.Cryptography;
using System.Text;
using BleepStore.Storage.Decorators;
using BleepStore.Storage.Decorators.Prefix;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests;

/// <summary>Tests the store's own links. Signed data is verified, and nothing else.</summary>
public class ObjectStoreLinksTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Test]
    public async Task A_link_comes_back_as_it_was_signed()
    {
        ObjectStore store = Create();
        var options = new PresignOptions
        {
            ContentType = "text/plain",
            ContentLength = 5,
            ContentMd5 = MD5.HashData("hello"u8),
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "Zoë & Söhne = 100 %" },
        };

        PresignedUrl url = await store.GetBucket("bucket").PresignAsync("a b/ü+%2F.txt", PresignMethod.Put, Hour, options);
        SignedLink link = Verify(store, url);

        Assert.That(link, Is.EqualTo(new SignedLink
        {
            Bucket = "bucket",
            Key = "a b/ü+%2F.txt",
            Method = PresignMethod.Put,
            Options = options,
            ExpiresAt = url.ExpiresAt,
        }));
        Assert.That(url.Url.AbsoluteUri, Does.StartWith("https://app.example/links/bucket/a%20b/%C3%BC%2B%252F.txt?"));
        Assert.That(url.RequiredHeaders, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Content-Type"] = "text/plain",
            ["Content-Length"] = "5",
            ["Content-MD5"] = Convert.ToBase64String(MD5.HashData("hello"u8)),
        }));
    }

    [Test]
    public async Task A_link_for_reading_carries_the_headers_of_the_answer(
        [Values(PresignMethod.Get, PresignMethod.Head)] PresignMethod method)
    {
        ObjectStore store = Create();
        var options = new PresignOptions
        {
            ResponseContentType = "text/plain; charset=utf-8",
            ResponseContentDisposition = ContentDispositions.Attachment("Übersicht.txt"),
            ResponseCacheControl = "private, max-age=60",
        };

        SignedLink link = Verify(store, await store.GetBucket("bucket").PresignAsync("k", method, Hour, options));

        Assert.That((link.Method, link.Options), Is.EqualTo((method, options)));
    }

    [Test]
    public async Task A_link_for_a_part_names_upload_and_number()
    {
        ObjectStore store = Create();
        Bucket bucket = await store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");

        SignedLink link = Verify(store, await upload.PresignPartAsync(3, Hour, new UploadPartOptions { ContentLength = 7 }));

        Assert.That(
            (link.UploadId, link.PartNumber, link.Method, link.Options.ContentLength),
            Is.EqualTo((upload.UploadId, 3, PresignMethod.Put, 7L)));
    }

    [Test]
    public async Task A_link_expires_at_its_second()
    {
        var time = new ManualTime();
        ObjectStore store = Create(time: time);
        PresignedUrl url = await store.GetBucket("bucket").PresignAsync("k", PresignMethod.Get, TimeSpan.FromSeconds(10));
        Assert.That(url.ExpiresAt, Is.EqualTo(new DateTimeOffset(2026, 1, 2, 3, 4, 15, TimeSpan.Zero)));

        time.Advance(url.ExpiresAt - time.GetUtcNow() - TimeSpan.FromTicks(1));
        Verify(store, url);
        time.Advance(TimeSpan.FromTicks(1));

        Assert.That(Refused(store, url).Message, Does.Contain("expired at 2026-01-02T03:04:15"));
    }

    [Test]
    public async Task A_change_of_anything_is_refused()
    {
        ObjectStore store = Create();
        PresignedUrl url = await store.GetBucket("bucket")
            .PresignAsync("k", PresignMethod.Get, Hour, new PresignOptions { ResponseContentType = "a/b" });
        List<KeyValuePair<string, string>> query = QueryOf(url);
        Assert.That(store.VerifyLink("GET", "bucket", "k", query).Key, Is.EqualTo("k"));

        foreach ((string name, string value) in query)
        {
            AssertRefused("bucket", "k", query.Where(pair => pair.Key != name), $"without {name}");
            AssertRefused("bucket", "k", query.Select(pair => pair.Key == name ? new(name, value + "0") : pair), $"another {name}");
            AssertRefused("bucket", "k", [.. query, new(name, value)], $"{name} twice");
        }

        AssertRefused("bucket", "k", [.. query, new("meta-a", "b")], "another field");
        AssertRefused("bucket", "k2", query, "another key");
        AssertRefused("bucket2", "k", query, "another bucket");
        foreach (string method in new[] { "HEAD", "PUT", "DELETE", "get", "" })
        {
            Assert.That(() => store.VerifyLink(method, "bucket", "k", query), Throws.InstanceOf<StorageException>(), method);
        }

        void AssertRefused(string bucket, string key, IEnumerable<KeyValuePair<string, string>> changed, string what) => Assert.That(
            () => store.VerifyLink("GET", bucket, key, changed),
            Throws.InstanceOf<StorageException>().With.Property(nameof(StorageException.Code)).EqualTo(StorageErrorCode.AccessDenied),
            what);
    }

    [TestCase("")]
    [TestCase("A")]
    [TestCase("!!!")]
    [TestCase("AAAA")]
    [TestCase("ü")]
    public void A_signature_can_be_anything(string signature) =>
        Catch.Code(StorageErrorCode.AccessDenied, () => Create().VerifyLink("GET", "bucket", "k", [new("signature", signature)]));

    [Test]
    public void A_long_signature_is_not_decoded() =>
        Catch.Code(
            StorageErrorCode.AccessDenied, () => Create().VerifyLink("GET", "bucket", "k", [new("signature", new string('A', 1_000_000))]));

    [Test]
    public async Task A_field_does_not_run_over_into_the_next()
    {
        ObjectStore store = Create();
        PresignedUrl url = await store.GetBucket("bucket").PresignAsync("ab", PresignMethod.Get, Hour);

        Catch.Code(StorageErrorCode.AccessDenied, () => store.VerifyLink("GET", "bucketa", "b", QueryOf(url)));
    }

    [Test]
    public async Task A_link_of_one_store_is_none_of_another()
    {
        ObjectStore one = Create();
        ObjectStore withOtherKey = Create(key: Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        PresignedUrl url = await one.GetBucket("bucket").PresignAsync("k", PresignMethod.Get, Hour);

        Refused(withOtherKey, url);
        Verify(Create(), url);
    }

    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/../b")]
    [TestCase("a/.")]
    [TestCase("a\0b")]
    public async Task A_key_that_would_not_arrive_is_refused(string key)
    {
        Bucket bucket = Create().GetBucket("bucket");

        await Catch.CodeAsync(StorageErrorCode.InvalidKey, () => bucket.PresignAsync(key, PresignMethod.Get, Hour));
    }

    [Test]
    public async Task A_link_that_is_longer_than_web_servers_take_is_refused()
    {
        Bucket bucket = Create().GetBucket("bucket");
        var options = new PresignOptions { ResponseContentDisposition = ContentDispositions.Attachment(new string('ü', 500)) };

        PresignedUrl fits = await bucket.PresignAsync("k", PresignMethod.Get, Hour, options);
        ArgumentException tooLong = await Catch.AsyncAs<ArgumentException>(
            () => bucket.PresignAsync(new string('ü', 450), PresignMethod.Get, Hour, options));

        Assert.That(fits.Url.OriginalString, Has.Length.LessThanOrEqualTo(8000));
        Assert.That(tooLong.Message, Does.Contain("Shorten"));
    }

    [Test]
    public async Task A_store_without_links_verifies_none()
    {
        Bucket bucket = await Stores.InMemoryAsync();
        ObjectStore store = InMemoryStore.Create();

        StorageException error = Catch.Code(StorageErrorCode.NotSupported, () => store.VerifyLink("GET", bucket.Name, "k", []));

        Assert.That(error.Message, Does.Contain("ObjectStoreOptions.Links"));
    }

    [Test]
    public async Task A_read_only_store_signs_links_for_reads_only([Values] bool hasPrefix)
    {
        ReadOnlyBackend readOnly = new(new InMemoryBackend(new InMemoryBackendOptions(), TimeProvider.System));
        var options = new ObjectStoreOptions
        {
            Links = new StoreLinkOptions { BaseUrl = new Uri("https://app.example/links"), Key = Key },
        };
        await using var store = ObjectStore.Create(hasPrefix ? new PrefixBackend(readOnly, "a/") : readOnly, options);
        Bucket bucket = store.GetBucket("bucket");

        foreach (PresignMethod method in new[] { PresignMethod.Get, PresignMethod.Head })
        {
            Assert.That(Verify(store, await bucket.PresignAsync("k", method, Hour)).Key, Is.EqualTo("k"));
        }

        foreach (Func<Task> sign in new Func<Task>[]
        {
            () => bucket.PresignAsync("k", PresignMethod.Put, Hour),
            () => bucket.PresignAsync("k", PresignMethod.Delete, Hour),
            () => bucket.GetMultipartUpload("k", "id").PresignPartAsync(1, Hour),
        })
        {
            StorageException error = await Catch.CodeAsync(StorageErrorCode.AccessDenied, sign);
            Assert.That((error.Key, error.Message.Contains("WithReadOnly", StringComparison.Ordinal)), Is.EqualTo(("k", true)));
        }
    }

    [Test]
    public void A_store_with_links_says_that_it_signs()
    {
        Assert.That(InMemoryStore.Create().Capabilities.SupportsPresign, Is.False);
        Assert.That(Create().Capabilities, Has.Property(nameof(StorageCapabilities.SupportsPresign)).True
            .And.Property(nameof(StorageCapabilities.SupportsPresignHeaders)).True
            .And.Property(nameof(StorageCapabilities.SupportsPresignPost)).False);
    }

    [Test]
    public async Task Forms_are_not_supported()
    {
        Bucket bucket = Create().GetBucket("bucket");

        await Catch.CodeAsync(StorageErrorCode.NotSupported, () => bucket.PresignPostAsync("k", Hour));
    }

    [Test]
    public async Task A_signer_of_the_application_signs()
    {
        var signer = new ReversingSigner();
        ObjectStore store = InMemoryStore.Create(storeOptions: new ObjectStoreOptions
        {
            Links = new StoreLinkOptions { BaseUrl = new Uri("http://localhost:5000/"), SignerFactory = () => signer },
        });

        PresignedUrl url = await store.GetBucket("bucket").PresignAsync("k", PresignMethod.Get, Hour);

        Assert.That(url.Url.AbsoluteUri, Does.StartWith("http://localhost:5000/bucket/k?"));
        Assert.That(Verify(store, url).Key, Is.EqualTo("k"));
        Assert.That(signer.Texts, Is.EqualTo(2));
    }

    [Test]
    public void Memory_has_no_names_upstream() =>
        Catch.Code(StorageErrorCode.NotSupported, () => Create().GetUpstreamName("bucket", "k"));

    private static ObjectStore Create(TimeProvider? time = null, string? key = null) => InMemoryStore.Create(
        storeOptions: new ObjectStoreOptions
        {
            Links = new StoreLinkOptions { BaseUrl = new Uri("https://app.example/links"), Key = key ?? Key },
        },
        timeProvider: time);

    private static StorageException Refused(ObjectStore store, PresignedUrl url) =>
        Catch.Code(StorageErrorCode.AccessDenied, () => Verify(store, url));

    private static SignedLink Verify(ObjectStore store, PresignedUrl url)
    {
        string[] path = url.Url.AbsolutePath["/links/".Length..].Split('/', 2);
        if (!url.Url.AbsolutePath.StartsWith("/links/", StringComparison.Ordinal))
        {
            path = url.Url.AbsolutePath[1..].Split('/', 2);
        }

        return store.VerifyLink(url.Method, path[0], Uri.UnescapeDataString(path[1]), QueryOf(url));
    }

    private static List<KeyValuePair<string, string>> QueryOf(PresignedUrl url) =>
    [
        .. url.Url.Query[1..]
            .Split('&')
            .Select(static pair => pair.Split('='))
            .Select(static pair => KeyValuePair.Create(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1]))),
    ];

    private sealed class ReversingSigner : LinkSigner
    {
        public int Texts { get; private set; }

        public override byte[] Sign(ReadOnlySpan<byte> text)
        {
            Texts++;
            return Encoding.UTF8.GetBytes([.. Convert.ToHexString(SHA256.HashData(text)).Reverse()]);
        }

        public override bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) => Sign(text).AsSpan().SequenceEqual(signature);
    }
}
