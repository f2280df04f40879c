using System.Net;
using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Flows;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;
using Google.Apis.Services;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Tests.Presigning;

/// <summary>Tests the credentials that sign, and the answers to the others.</summary>
public sealed class SigningCredentialTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HalfDay = TimeSpan.FromHours(12);

    /// <summary>Kinds of accounts for which IAM signs.</summary>
    private static readonly string[] Remote = ["impersonated", "machine"];

    [TestCaseSource(nameof(Remote))]
    public async Task IAM_signs_for_an_account_whose_key_is_not_here(string kind)
    {
        using var iam = new IamStub();
        await using GcsServer server = await GcsServer.StartAsync(new GcsServerOptions { SigningKeys = iam.PublicKeys });
        await ServerClient.CreateBucketAsync(server, "container");
        await using ObjectStore store = Open(server, Credential(kind, iam));
        Bucket bucket = store.GetBucket("bucket");
        using var http = new HttpClient();

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Put, HalfDay);
        using HttpResponseMessage answer = await http.PutAsync(url.Url, new ByteArrayContent([1]));
        PresignedPost post = await bucket.PresignPostAsync("in/", Minute);

        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(post.Fields["x-goog-credential"], Does.StartWith(IamStub.Account));
        Assert.That(iam.Asked.Count(static address => address.EndsWith(":signBlob", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(
            iam.Asked.Count(static address => address.EndsWith("/email", StringComparison.Ordinal)), Is.EqualTo(kind == "machine" ? 1 : 0));
    }

    [TestCaseSource(nameof(Remote))]
    public async Task A_signature_of_IAM_is_not_asked_for_longer_than_it_is_sure(string kind)
    {
        using var iam = new IamStub();
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.OpenWith(Credential(kind, iam));

        StorageException error = await RefusedAsync(bucket, HalfDay + TimeSpan.FromSeconds(1));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
        Assert.That(error.Message, Does.Contain("12 hours").And.Contain(IamStub.Account));
        Assert.That(iam.Asked.Any(static address => address.EndsWith(":signBlob", StringComparison.Ordinal)), Is.False);
    }

    [Test]
    public async Task The_key_of_a_service_account_signs_for_seven_days()
    {
        await using SignedStore signed = await SignedStore.StartAsync();

        PresignedUrl url = await signed.Bucket.PresignAsync("key", PresignMethod.Put, TimeSpan.FromDays(7));

        Assert.That((await signed.SendAsync(url, [1])).Result, Is.EqualTo("200"));
        Assert.That(url.Url.Query, Does.Contain(Uri.EscapeDataString(SigningAccount.Email)));
    }

    [TestCase(403, StorageErrorCode.AuthenticationFailed)]
    [TestCase(404, StorageErrorCode.AuthenticationFailed)]
    [TestCase(429, StorageErrorCode.ServiceUnavailable)]
    [TestCase(503, StorageErrorCode.ServiceUnavailable)]
    public async Task A_refusal_by_IAM_is_an_error_that_says_what_to_do(int status, StorageErrorCode code)
    {
        using var iam = new IamStub();
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.OpenWith(Credential("impersonated", iam));
        iam.Instead = (_, _) =>
        {
            var error = new JsonObject { ["code"] = status, ["message"] = "Permission denied on resource." };
            return Task.FromResult(IamStub.Json(new JsonObject { ["error"] = error }, (HttpStatusCode)status));
        };

        StorageException error = await RefusedAsync(bucket, Minute);
        iam.Instead = null;
        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Minute);

        Assert.That((error.Code, error.Status, error.IsOutcomeUnknown), Is.EqualTo((code, (int?)status, false)));
        Assert.That(error.Message, Does.Contain("Permission denied on resource."));
        Assert.That(
            error.Message.Contains("roles/iam.serviceAccountTokenCreator", StringComparison.Ordinal), Is.EqualTo(!error.IsTransient));
        Assert.That(url.Url.Query, Does.Contain("X-Goog-Signature="));
    }

    [TestCaseSource(nameof(Remote))]
    public async Task A_server_that_cannot_be_reached_is_a_transient_error_and_the_next_call_asks_again(string kind)
    {
        using var iam = new IamStub();
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.OpenWith(Credential(kind, iam));
        iam.Instead = static (_, _) => throw new HttpRequestException("no route");

        StorageException error = await RefusedAsync(bucket, Minute);
        iam.Instead = null;
        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Minute);

        Assert.That((error.Code, error.IsTransient), Is.EqualTo((StorageErrorCode.ServiceUnavailable, true)));
        Assert.That(url.Url.Query, Does.Contain("X-Goog-Signature="));
    }

    [TestCaseSource(nameof(Remote))]
    public async Task Cancelling_ends_the_signing(string kind)
    {
        using var iam = new IamStub();
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.OpenWith(Credential(kind, iam));
        using var cancellation = new CancellationTokenSource();
        iam.Instead = async (_, token) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException("It was not cancelled.");
        };

        Task<PresignedUrl> signing = bucket.PresignAsync("key", PresignMethod.Get, Minute, cancellationToken: cancellation.Token);

        await Assert.ThatAsync(() => signing.WaitAsync(TimeSpan.FromSeconds(30)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Without_a_credential_nothing_is_signed_and_the_store_says_so()
    {
        await using ServedStore served = await ServedStore.StartAsync();

        StorageException error = await RefusedAsync(served.Store.GetBucket("bucket"), Minute);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
        Assert.That(error.Message, Does.Contain("no credential").And.Contain("service account"));
        Assert.That((served.Store.Capabilities.SupportsPresign, served.Store.Capabilities.SupportsPresignPost), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Tokens_and_users_cannot_sign()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        using var flow = new GoogleAuthorizationCodeFlow(new GoogleAuthorizationCodeFlow.Initializer
        {
            ClientSecrets = new ClientSecrets { ClientId = "id", ClientSecret = "secret" },
        });
        GoogleCredential[] credentials =
        [
            GoogleCredential.FromAccessToken("token"),
            new UserCredential(flow, "user", new TokenResponse { RefreshToken = "refresh" }).ToGoogleCredential(),
        ];
        foreach (GoogleCredential credential in credentials)
        {
            StorageException error = await RefusedAsync(signed.OpenWith(credential), Minute);

            Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
            Assert.That(error.Message, Does.Contain("service account").And.Contain("roles/iam.serviceAccountTokenCreator"));
        }
    }

    [Test]
    public async Task A_credential_that_cannot_be_found_is_that_error()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.Open(static options =>
            (options.CredentialFactory, options.CredentialsFile) = (null, "/nowhere/key.json")).GetBucket("bucket");

        StorageException error = await RefusedAsync(bucket, Minute);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain("/nowhere/key.json"));
    }

    [Test]
    public async Task A_client_that_was_given_signs_with_its_own_credential()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        using StorageClient client = Client(signed, SigningAccount.Credential);
        await using ObjectStore store = GcpStore.Create(client, new GcpBackendOptions { Bucket = ServedStore.Container });
        await signed.Bucket.PutTextAsync("key", "bytes");

        SentAnswer answer = await signed.SendAsync(await store.GetBucket("bucket").PresignAsync("key", PresignMethod.Get, Minute));

        Assert.That(answer.Result, Is.EqualTo("200"));
    }

    [Test]
    public async Task A_client_that_was_given_without_a_credential_cannot_sign()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        using StorageClient client = Client(signed, credential: null);
        await using ObjectStore store = GcpStore.Create(client, new GcpBackendOptions { Bucket = ServedStore.Container });

        StorageException error = await RefusedAsync(store.GetBucket("bucket"), Minute);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
    }

    [Test]
    public async Task An_address_with_a_path_cannot_be_signed_for()
    {
        await using SignedStore signed = await SignedStore.StartAsync();
        Bucket bucket = signed.Open(options => options.ServiceUrl = new Uri(signed.Server.BaseUri, "gcs/")).GetBucket("bucket");

        StorageException error = await RefusedAsync(bucket, Minute);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotSupported));
        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.ServiceUrl)));
    }

    [Test]
    public async Task URLs_lead_to_Google_unless_another_address_is_set()
    {
        await using ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = "media", CredentialFactory = static _ => SigningAccount.Credential });

        PresignedUrl url = await store.GetBucket("photos").PresignAsync("a b/ö", PresignMethod.Get, Minute);
        PresignedPost post = await store.GetBucket("photos").PresignPostAsync("in/", Minute);

        Assert.That(url.Url.GetLeftPart(UriPartial.Path), Is.EqualTo("https://storage.googleapis.com/media/photos/a%20b/%C3%B6"));
        Assert.That(post.Url.AbsoluteUri, Is.EqualTo("https://storage.googleapis.com/media/"));
        Assert.That(url.ToString(), Does.Not.Contain("Signature"));
    }

    private static GoogleCredential Credential(string kind, IamStub iam) => kind == "machine"
        ? new ComputeCredential(new ComputeCredential.Initializer("http://metadata.test/token")
        {
            HttpClientFactory = iam.Factory,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
        }).ToGoogleCredential().CreateWithUniverseDomain("googleapis.com")
        : SigningAccount.Credential.Impersonate(new ImpersonatedCredential.Initializer(IamStub.Account)
        {
            HttpClientFactory = iam.Factory,
            DefaultExponentialBackOffPolicy = ExponentialBackOffPolicy.None,
        });

    private static ObjectStore Open(GcsServer server, GoogleCredential credential) => GcpStore.Create(
        new GcpBackendOptions { Bucket = "container", ServiceUrl = server.BaseUri, CredentialFactory = _ => credential });

    private static StorageClientImpl Client(SignedStore signed, GoogleCredential? credential) => new(
        new StorageService(new BaseClientService.Initializer
        {
            BaseUri = signed.Server.BaseUri + "storage/v1/",
            HttpClientInitializer = credential?.CreateScoped("https://www.googleapis.com/auth/devstorage.full_control"),
            GZipEnabled = false,
            MaxUrlLength = 0,
        }),
        encryptionKey: null);

    private static async Task<StorageException> RefusedAsync(Bucket bucket, TimeSpan expiresIn) =>
        (await Assert.ThrowsAsync<StorageException>(() => bucket.PresignAsync("key", PresignMethod.Get, expiresIn)))!;
}
