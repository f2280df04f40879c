using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Presigning;

/// <summary>Tests which credential signs, and that no signature outlives it.</summary>
public sealed class SigningCredentialsTests
{
    /// <summary>
    /// A region of these tests alone. The SDK keeps for each endpoint how far its clock is off, and the stubs of other tests tell any time.
    /// </summary>
    private const string Region = "eu-west-3";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Test]
    public async Task Nothing_outlives_a_credential_that_is_renewed()
    {
        DateTimeOffset end = DateTimeOffset.UtcNow.AddSeconds(600.5);
        Bucket bucket = Renewed(_ => Task.FromResult(Temporary(end)));

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Day);
        PresignedUrl part = await bucket.GetMultipartUpload("key", "id").PresignPartAsync(1, Day);
        PresignedPost form = await bucket.PresignPostAsync("key", Day);
        PresignedUrl shorter = await bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromSeconds(60));

        foreach (DateTimeOffset expiresAt in new[] { url.ExpiresAt, part.ExpiresAt, form.ExpiresAt })
        {
            Assert.That(expiresAt, Is.LessThanOrEqualTo(end).And.GreaterThan(end.AddSeconds(-3)));
        }

        Assert.That(shorter.ExpiresAt, Is.EqualTo(DateTimeOffset.UtcNow.AddSeconds(60)).Within(TimeSpan.FromSeconds(20)));
        Dictionary<string, string> query = SignatureVersion4.QueryOf(url.Url.AbsoluteUri);
        Assert.That(query["X-Amz-Security-Token"], Is.EqualTo("token"));
        Assert.That(query["X-Amz-Expires"], Is.AnyOf("600", "599", "598"));
    }

    [Test]
    public async Task A_credential_that_has_expired_already_signs_nothing()
    {
        Bucket bucket = Renewed(static _ => Task.FromResult(Temporary(DateTimeOffset.UtcNow.AddSeconds(-1))));

        StorageException url =
            await StorageAssert.FailsAsync(StorageErrorCode.AuthenticationFailed, () => bucket.PresignAsync("key", PresignMethod.Get, Day));
        await StorageAssert.FailsAsync(StorageErrorCode.AuthenticationFailed, () => bucket.PresignPostAsync("key", Day));

        Assert.That(url.Message, Does.Contain(nameof(AwsBackendOptions.RenewCredential)));
    }

    [Test]
    public async Task Nothing_outlives_a_credential_that_the_SDK_refreshes()
    {
        DateTime end = DateTime.UtcNow.AddMinutes(30);
        using var refreshing = new Refreshing(end);
        Bucket bucket = Found(refreshing);

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Day);

        Assert.That(url.ExpiresAt, Is.LessThanOrEqualTo(new DateTimeOffset(end)).And.GreaterThan(new DateTimeOffset(end.AddMinutes(-20))));
        Assert.That(SignatureVersion4.QueryOf(url.Url.AbsoluteUri)["X-Amz-Credential"], Does.StartWith("refreshed/"));
    }

    [Test]
    public async Task A_credential_of_a_profile_signs()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("credentials", Payload.Text(
            "[default]\naws_access_key_id=of-default\naws_secret_access_key=x\n"
            + "[chosen]\naws_access_key_id=of-chosen\naws_secret_access_key=the-secret\n"));
        Bucket bucket = Unset(config => config.Profile = new Profile("chosen", file));

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Day);
        PresignedPost form = await bucket.PresignPostAsync("key", Day);

        Dictionary<string, string> query = SignatureVersion4.QueryOf(url.Url.AbsoluteUri);
        Assert.That(query["X-Amz-Credential"], Does.StartWith("of-chosen/"));
        Assert.That(
            query["X-Amz-Signature"], Is.EqualTo(SignatureVersion4.OfUrl("GET", url.Url.AbsoluteUri, url.RequiredHeaders, "the-secret")));
        Assert.That(form.Fields["x-amz-credential"], Does.StartWith("of-chosen/"));
    }

    [Test]
    public async Task An_anonymous_client_says_what_to_do([Values] bool isGiven)
    {
        var wire = new StubTransport();
        using var client = new AmazonS3Client(new AnonymousAWSCredentials(), RegionEndpoint.EUCentral1);
        Bucket bucket = isGiven
            ? AwsStore.Create(client, new AwsBackendOptions { Bucket = "upstream" }).GetBucket("bucket")
            : Found(new AnonymousAWSCredentials());

        StorageException url =
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.PresignAsync("key", PresignMethod.Get, Day));
        StorageException form = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.PresignPostAsync("key", Day));

        Assert.That(new[] { url.Message, form.Message }, Has.All.Contains("ObjectStoreOptions.Links"));
        Assert.That(wire.Sent, Is.Empty);
    }

    [Test]
    public async Task A_credential_that_is_not_found_is_AuthenticationFailed()
    {
        Bucket bucket = Found(new Failing(new AmazonClientException("There is none.")));

        await StorageAssert.FailsAsync(StorageErrorCode.AuthenticationFailed, () => bucket.PresignAsync("key", PresignMethod.Get, Day));
        await StorageAssert.FailsAsync(StorageErrorCode.AuthenticationFailed, () => bucket.PresignPostAsync("key", Day));
    }

    [Test]
    public async Task A_renewal_that_cannot_be_reached_is_ServiceUnavailable()
    {
        Bucket bucket = Renewed(static _ => throw new HttpRequestException("No route."));

        StorageException error =
            await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => bucket.PresignAsync("key", PresignMethod.Get, Day));

        Assert.That(error.IsTransient, Is.True);
    }

    [Test]
    public async Task Cancellation_ends_the_wait_for_a_credential_and_not_the_renewal()
    {
        var renewal = new TaskCompletionSource<AwsTemporaryCredential>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancelled = new CancellationTokenSource();
        Bucket bucket = Renewed(_ =>
        {
            cancelled.Cancel();
            return renewal.Task;
        });

        await StorageAssert.ThrowsAsync<OperationCanceledException>(
            () => bucket.PresignAsync("key", PresignMethod.Get, Day, options: null, cancelled.Token));
        renewal.SetResult(Temporary(DateTimeOffset.UtcNow.AddHours(1)));

        Assert.That((await bucket.PresignAsync("key", PresignMethod.Get, Day)).Url.Query, Does.Contain("X-Amz-Security-Token=token"));
    }

    /// <summary>The SDK computes the time from a moment that it takes after it has waited for the credential.</summary>
    [Test]
    public async Task A_wait_for_the_credential_of_a_given_client_does_not_shorten_the_URL([Values(0.8, 2)] double seconds)
    {
        using var client = new AmazonS3Client(new Slow(TimeSpan.FromSeconds(seconds)), RegionEndpoint.EUCentral1);
        Bucket bucket = AwsStore.Create(client, new AwsBackendOptions { Bucket = "upstream" }).GetBucket("bucket");

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, TimeSpan.FromSeconds(1));

        Assert.That(SignatureVersion4.QueryOf(url.Url.AbsoluteUri)["X-Amz-Expires"], Is.EqualTo("1"));
    }

    private static Bucket Renewed(Func<CancellationToken, Task<AwsTemporaryCredential>> renew) =>
        AwsStore.Create(new AwsBackendOptions { Region = Region, Bucket = "upstream", RenewCredential = renew }).GetBucket("bucket");

    private static Bucket Found(AWSCredentials credentials) => Unset(config => config.DefaultAWSCredentials = credentials);

    /// <summary>A bucket of a store whose options name no credential.</summary>
    private static Bucket Unset(Action<AmazonS3Config> configure) =>
        AwsStore.Create(new AwsBackendOptions { Region = Region, Bucket = "upstream", ConfigureClient = configure }).GetBucket("bucket");

    private static AwsTemporaryCredential Temporary(DateTimeOffset end) =>
        new() { AccessKeyId = "key", SecretAccessKey = "secret", SessionToken = "token", ExpiresAt = end };

    private sealed class Refreshing(DateTime end) : RefreshingAWSCredentials
    {
        protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() =>
            Task.FromResult(new CredentialsRefreshState(new ImmutableCredentials("refreshed", "secret", "token"), end));
    }

    private sealed class Failing(Exception failure) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw failure;

        public override Task<ImmutableCredentials> GetCredentialsAsync() => Task.FromException<ImmutableCredentials>(failure);
    }

    private sealed class Slow(TimeSpan first) : AWSCredentials
    {
        private bool _isThere;

        public override ImmutableCredentials GetCredentials() => new("key", "secret", token: null);

        public override async Task<ImmutableCredentials> GetCredentialsAsync()
        {
            if (!_isThere)
            {
                await Task.Delay(first);
                _isThere = true;
            }

            return GetCredentials();
        }
    }
}
