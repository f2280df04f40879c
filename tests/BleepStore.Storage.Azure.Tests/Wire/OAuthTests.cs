using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Wire;

/// <summary>
/// Tokens instead of keys, over https. The emulator does not look at a token that goes along for the source of a copy; what is sent then is
/// proved in the wire tests.
/// </summary>
public sealed class OAuthTests
{
    private const int MiB = 1024 * 1024;

    private readonly CountingPolicy _wire = new();

    private SecureAzurite _server = null!;
    private string _container = null!;

    [SetUp]
    public async Task SetUp()
    {
        _server = await SecureAzurite.RequireAsync();
        _container = $"store-{Guid.NewGuid():N}";
    }

    [Test]
    public async Task Objects_live_their_whole_life_with_a_token()
    {
        await using ObjectStore store = Open(new EmulatorCredential());
        await store.CheckAsync(new CheckOptions { ProbeWrite = true });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        byte[] small = RandomNumberGenerator.GetBytes(1000);
        byte[] large = RandomNumberGenerator.GetBytes((11 * MiB) + 1);

        await bucket.PutAsync("small", small, new PutOptions { IfAbsent = true });
        await bucket.PutAsync("large", large);

        Assert.That(await ReadAsync(bucket, "small"), Is.EqualTo(small));
        Assert.That((await ReadAsync(bucket, "large")).AsSpan().SequenceEqual(large), Is.True);
        Assert.That(await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(new[] { "large", "small" }));
        await bucket.DeleteAsync("small");
        Assert.That(await bucket.ExistsAsync("small"), Is.False);
        Assert.That(await bucket.ExistsAsync("large"), Is.True);
        Assert.That(_wire.Sent.Select(static sent => sent.Header("Authorization")), Has.All.StartsWith("Bearer "));
    }

    [Test]
    public async Task A_multipart_upload_with_a_token_is_gone_on_with_by_another_store()
    {
        await using ObjectStore store = Open(new EmulatorCredential());
        await using ObjectStore other = Open(new EmulatorCredential());
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", new byte[6 * MiB]);

        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo first = await upload.UploadPartAsync(1, new byte[5 * MiB]);
        MultipartUpload same = other.GetBucket("bucket").GetMultipartUpload("key", upload.UploadId);
        PartInfo second = await same.CopyPartAsync(2, new ObjectAddress("bucket", "source"));
        ObjectProperties made = await same.CompleteAsync([first, second]);
        MultipartUpload aborted = await bucket.CreateMultipartUploadAsync("key");
        await aborted.AbortAsync();

        Assert.That(made.Size, Is.EqualTo(11 * MiB));
        Assert.That((await bucket.HeadAsync("key")).Revision, Is.EqualTo(made.Revision));
    }

    [Test]
    public async Task A_copy_whose_token_the_server_does_not_look_at_is_signed_with_a_user_delegation_key_from_then_on()
    {
        await using ObjectStore store = Open(new EmulatorCredential());
        Bucket bucket = await store.CreateBucketAsync("bucket");
        byte[] content = RandomNumberGenerator.GetBytes(1000);
        await bucket.PutAsync("a?b#c%2Fd é", content);

        await bucket.CopyAsync(new ObjectAddress("bucket", "a?b#c%2Fd é"), "first");
        _wire.Clear();
        await bucket.MoveAsync("a?b#c%2Fd é", "second");

        Assert.That(await ReadAsync(bucket, "first"), Is.EqualTo(content));
        Assert.That(await ReadAsync(bucket, "second"), Is.EqualTo(content));
        Assert.That(await bucket.ExistsAsync("a?b#c%2Fd é"), Is.False);
        SentRequest[] copies = [.. _wire.Sent.Where(static sent => sent.Kind == "PUT block from url")];
        Assert.That(copies, Has.Length.EqualTo(1), "no token is tried again");
        Assert.That(copies[0].Header("x-ms-copy-source"), Does.Contain("skoid=").And.Contain("sp=r&").And.Contain("sig="));
        Assert.That(_wire.ObjectBytesDown, Is.EqualTo(2 * content.Length), "what this test read itself");
    }

    [Test]
    public async Task A_client_whose_credential_is_not_known_copies_with_a_user_delegation_SAS()
    {
        var options = new BlobClientOptions { Transport = _server.Transport };
        options.AddPolicy(_wire, HttpPipelinePosition.PerRetry);
        var client = new BlobServiceClient(_server.Url, new EmulatorCredential(), options);
        await using ObjectStore store = AzureStore.Create(
            client, new AzureBackendOptions { Container = _container, CreateContainer = true });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("source", "text"u8.ToArray());

        await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy");

        Assert.That(await ReadAsync(bucket, "copy"), Is.EqualTo("text"u8.ToArray()));
        Assert.That(_wire.Sent.Single(static sent => sent.Kind == "PUT block from url").Header("x-ms-copy-source"), Does.Contain("skoid="));
    }

    [Test]
    [Category(LongRun.Category)]
    public async Task A_large_put_that_is_cancelled_at_any_moment_leaves_nothing_behind()
    {
        await using ObjectStore store = Open(
            new EmulatorCredential(), staging: MultipartStaging.Isolated, storeOptions: new ObjectStoreOptions { PartSize = 5 * MiB });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        byte[] content = RandomNumberGenerator.GetBytes((3 * 5 * MiB) + 1);
        long began = TimeProvider.System.GetTimestamp();
        await bucket.PutAsync("whole", content);
        TimeSpan whole = TimeProvider.System.GetElapsedTime(began);
        int count = LongRun.Count(8, 400);
        int cancelled = 0;

        for (int run = 0; run < count; run++)
        {
            // Evenly over the time that a put takes, so that every step of it is hit.
            using var cancel = new CancellationTokenSource(whole * ((run + 0.5) / count));
            try
            {
                await bucket.PutAsync($"key{run}", content, options: null, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        BlobContainerClient container = new BlobServiceClient(
            _server.Url,
            new EmulatorCredential(),
            new BlobClientOptions { Transport = _server.Transport }).GetBlobContainerClient(_container);
        string[] left = await container.GetBlobsAsync(new GetBlobsOptions { States = BlobStates.Uncommitted, Prefix = ".bleepstore/" })
            .Select(static blob => blob.Name)
            .Where(static name => !name.StartsWith(".bleepstore/buckets/", StringComparison.Ordinal))
            .ToArrayAsync();
        await TestContext.Progress.WriteLineAsync(
            $"Over https {cancelled} of {count} puts were cancelled, and {left.Length} names are left.");
        Assert.That(left, Is.Empty);
        Assert.That(cancelled, Is.Positive);
    }

    [Test]
    public async Task A_token_that_expired_or_is_for_somebody_else_is_AuthenticationFailed_which_says_why([Values] BadToken fault)
    {
        EmulatorCredential credential = fault switch
        {
            BadToken.Expired => new EmulatorCredential { Expiry = TimeProvider.System.GetUtcNow().AddHours(-1) },
            BadToken.Audience => new EmulatorCredential { Audience = "https://vault.azure.net" },
            _ => new EmulatorCredential { Issuer = "https://issuer.example/" },
        };
        await using ObjectStore store = Open(credential);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AuthenticationFailed, () => store.GetBucket("bucket").PutAsync("key", "text"u8.ToArray()));

        Assert.That(error.Message, Does.Contain("Server failed to authenticate the request"));
        Assert.That(error.Message, Does.Not.Contain("eyJ"), "no token");
        Assert.That(error.IsTransient, Is.False);
    }

    [Test]
    public async Task A_certificate_that_nobody_trusts_is_not_talked_to()
    {
        await using ObjectStore store = Open(new EmulatorCredential(), static options =>
        {
            options.Transport = HttpClientTransport.Shared;
            options.Retry.MaxRetries = 0;
        });

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => store.CheckAsync());

        Assert.That(error.Message, Does.Contain("SSL"));
    }

    public enum BadToken
    {
        Expired,
        Audience,
        Issuer,
    }

    private ObjectStore Open(
        TokenCredential credential,
        Action<BlobClientOptions>? configure = null,
        MultipartStaging staging = MultipartStaging.InPlace,
        ObjectStoreOptions? storeOptions = null)
    {
        var options = new AzureBackendOptions
        {
            AccountUrl = _server.Url,
            CredentialFactory = _ => credential,
            Container = _container,
            CreateContainer = true,
            MultipartStaging = staging,
            ConfigureClient = client =>
            {
                client.Transport = _server.Transport;
                client.AddPolicy(_wire, HttpPipelinePosition.PerRetry);
                configure?.Invoke(client);
            },
        };
        return AzureStore.Create(options, storeOptions);
    }

    private static async Task<byte[]> ReadAsync(Bucket bucket, string key)
    {
        await using ObjectReader reader = await bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }
}
