using System.Net;
using System.Security.Cryptography;
using Azure.Core;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Presigning;

/// <summary>
/// Signed by a user delegation key. The emulator takes such signatures, but none that binds headers or a query. So those are looked at
/// here, and no server has judged them.
/// </summary>
public sealed class DelegationTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly CountingPolicy _wire = new();

    private SecureAzurite _server = null!;
    private ObjectStore _store = null!;
    private Bucket _bucket = null!;

    [SetUp]
    public async Task SetUp()
    {
        _server = await SecureAzurite.RequireAsync();
        _store = AzureStore.Create(new AzureBackendOptions
        {
            AccountUrl = _server.Url,
            CredentialFactory = static _ => new EmulatorCredential(),
            Container = $"store-{Guid.NewGuid():N}",
            CreateContainer = true,
            ConfigureClient = client =>
            {
                client.Transport = _server.Transport;
                client.AddPolicy(_wire, HttpPipelinePosition.PerRetry);
            },
        });
        _bucket = await _store.CreateBucketAsync("bucket");
        _wire.Clear();
    }

    [TearDown]
    public ValueTask TearDown() => _store.DisposeAsync();

    [Test]
    public async Task A_URL_reads_one_object_and_no_other()
    {
        await _bucket.PutAsync("key", "text"u8.ToArray());
        await _bucket.PutAsync("other", "secret"u8.ToArray());
        PresignedUrl get = await _bucket.PresignAsync("key", PresignMethod.Get, Hour);
        var other = new Uri(get.Url.AbsoluteUri.Replace("/bucket/key?", "/bucket/other?", StringComparison.Ordinal));

        using HttpResponseMessage read = await _server.Http.GetAsync(get.Url);
        using HttpResponseMessage refused = await _server.Http.GetAsync(other);
        using HttpResponseMessage deleted = await _server.Http.DeleteAsync(get.Url);

        Assert.That(await read.Content.ReadAsStringAsync(), Is.EqualTo("text"));
        Assert.That((refused.StatusCode, deleted.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
        Assert.That(await _bucket.ExistsAsync("key"), Is.True);
    }

    [Test]
    public async Task A_key_is_kept_and_renewed_for_a_longer_time()
    {
        await _bucket.PresignAsync("key", PresignMethod.Get, Hour);
        await _bucket.PresignAsync("other", PresignMethod.Put, Hour);
        Assert.That(_wire.Kinds.Count(static kind => kind.EndsWith("key", StringComparison.Ordinal)), Is.EqualTo(1));

        await _bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromDays(6));
        await _bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromDays(7));

        Assert.That(_wire.Kinds.Count(static kind => kind.EndsWith("key", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task No_URL_outlives_its_key()
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        PresignedUrl get = await _bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromDays(7));

        Assert.That(get.ExpiresAt, Is.LessThan(before + TimeSpan.FromDays(7)).And.GreaterThan(before + TimeSpan.FromDays(6.9)));
        Assert.That(QueryOf(get)["ske"], Is.EqualTo(QueryOf(get)["se"]));
    }

    [Test]
    public async Task Headers_are_part_of_the_signature()
    {
        var options = new PresignOptions
        {
            ContentType = "image/png",
            ContentLength = 5,
            ContentMd5 = MD5.HashData("hello"u8),
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "zoe" },
        };

        PresignedUrl put = await _bucket.PresignAsync("key", PresignMethod.Put, Hour, options);
        PresignedUrl other = await _bucket.PresignAsync("key", PresignMethod.Put, Hour, options with { ContentLength = 6 });

        Assert.That(_store.Capabilities.SupportsPresignHeaders, Is.True);
        Assert.That(
            QueryOf(put)["srh"].Split(','),
            Is.EquivalentTo(new[] { "Content-Length", "Content-MD5", "x-ms-blob-content-type", "x-ms-meta-author" }));
        Assert.That(QueryOf(put)["sig"], Is.Not.EqualTo(QueryOf(other)["sig"]));
        Assert.That(put.RequiredHeaders, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Content-Length"] = "5",
            ["Content-MD5"] = Convert.ToBase64String(MD5.HashData("hello"u8)),
            ["x-ms-blob-content-type"] = "image/png",
            ["x-ms-meta-author"] = "zoe",
            ["x-ms-blob-type"] = "BlockBlob",
        }));
    }

    [Test]
    public async Task The_URL_of_a_part_binds_its_block()
    {
        MultipartUpload upload = await _bucket.CreateMultipartUploadAsync("key");

        PresignedUrl part = await upload.PresignPartAsync(1, Hour, new UploadPartOptions { ContentMd5 = MD5.HashData("hello"u8) });

        Assert.That(QueryOf(part)["srq"], Is.EqualTo("comp,blockid"));
        Assert.That(QueryOf(part)["srh"], Is.EqualTo("Content-MD5"));
    }

    [Test]
    public async Task A_credential_that_gives_no_token_is_told()
    {
        await using ObjectStore store = AzureStore.Create(new AzureBackendOptions
        {
            AccountUrl = _server.Url,
            CredentialFactory = static _ => new EmulatorCredential { Audience = "https://vault.azure.net" },
            Container = "store",
            ConfigureClient = client => client.Transport = _server.Transport,
        });

        await StorageAssert.FailsAsync(
            StorageErrorCode.AuthenticationFailed, () => store.GetBucket("bucket").PresignAsync("key", PresignMethod.Get, Hour));
    }

    private static Dictionary<string, string> QueryOf(PresignedUrl url) => url.Url.Query[1..].Split('&')
        .Select(static pair => pair.Split('=', 2))
        .ToDictionary(static pair => pair[0], static pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
}
