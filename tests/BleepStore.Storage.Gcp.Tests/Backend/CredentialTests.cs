using System.Security.Cryptography;
using System.Text.Json;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Backend;

public sealed class CredentialTests
{
    private const string Token = "the-secret-access-token";

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("bleepstore-gcp-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_service_accounts_key_opens_the_store_with_one_token_for_many_requests()
    {
        await using TokenEndpoint endpoint = await TokenEndpoint.StartAsync(Token);
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { AccessToken = Token });
        Bucket bucket = Open(served, o => o.CredentialsFile = endpoint.WriteKeyFile(_folder));

        await AssertWorksAsync(bucket);

        Assert.That(endpoint.Refused, Is.Empty);
        Assert.That(endpoint.Given, Is.EqualTo(1));
        Assert.That(served.Server.Requests.Records.Select(static record => record.Status), Has.None.EqualTo(401));
        Assert.That(
            served.Server.Requests.Records.Where(static record => record.Operation.StartsWith("objects.", StringComparison.Ordinal)).Select(static record => record.Headers.GetValueOrDefault("x-goog-user-project")),
            Is.Not.Empty.And.All.EqualTo(TokenEndpoint.BilledProject));
    }

    [Test]
    public async Task The_application_default_credentials_are_taken_when_the_options_name_none()
    {
        // The SDK looks once a process; no other test of this one takes the default.
        const string Variable = "GOOGLE_APPLICATION_CREDENTIALS";
        await using TokenEndpoint endpoint = await TokenEndpoint.StartAsync(Token);
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { AccessToken = Token });
        string? before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, endpoint.WriteKeyFile(_folder));
        try
        {
            await AssertWorksAsync(Open(served));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }

        Assert.That(endpoint.Given, Is.EqualTo(1));
    }

    [Test]
    public async Task An_account_that_impersonates_another_opens_the_store_as_that_one()
    {
        await using TokenEndpoint endpoint = await TokenEndpoint.StartAsync("the-source's", Token);
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { AccessToken = Token });
        Bucket bucket = Open(served, o => o.CredentialsFile = endpoint.WriteImpersonationFile(_folder));

        await AssertWorksAsync(bucket);

        Assert.That(endpoint.Refused, Is.Empty);
        Assert.That(endpoint.Given, Is.EqualTo(2));
    }

    [Test]
    public async Task A_token_that_was_withdrawn_is_asked_for_anew_and_the_request_goes_on()
    {
        await using TokenEndpoint endpoint = await TokenEndpoint.StartAsync("withdrawn", Token);
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { AccessToken = Token });
        Bucket bucket = Open(served, o => o.CredentialsFile = endpoint.WriteKeyFile(_folder));

        await AssertWorksAsync(bucket);

        Assert.That(endpoint.Given, Is.EqualTo(2));
        Assert.That(served.Server.Requests.Records.Count(static record => record.Status == 401), Is.EqualTo(1));
    }

    [Test]
    public async Task A_token_that_is_refused_twice_is_an_error_without_a_secret_in_it()
    {
        await using TokenEndpoint endpoint = await TokenEndpoint.StartAsync(Token);
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { AccessToken = "another" });
        Bucket bucket = Open(served, o => o.CredentialsFile = endpoint.WriteKeyFile(_folder));

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.PutAsync("object", "x"u8.ToArray())))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Status, Is.EqualTo(401));
        Assert.That(error.ToString(), Does.Contain("Invalid Credentials").And.Not.Contain(Token));
        Assert.That(endpoint.Given, Is.EqualTo(2), "asked for anew once");
    }

    [Test]
    public async Task A_request_without_a_token_is_refused_where_one_is_asked_for()
    {
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { AccessToken = Token });

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => served.Store.GetBucket("bucket").HeadAsync("object")))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.IsTransient, Is.False);
    }

    [Test]
    public async Task A_key_that_the_account_does_not_have_is_an_error_that_says_what_the_endpoint_said()
    {
        await using TokenEndpoint endpoint = await TokenEndpoint.StartAsync(Token);
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { AccessToken = Token });
        string path = endpoint.WriteKeyFile(_folder);
        Dictionary<string, string> key = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(path))!;
        using var other = RSA.Create(2048);
        key["private_key"] = other.ExportPkcs8PrivateKeyPem();
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(key));
        Bucket bucket = Open(served, o => o.CredentialsFile = path);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.HeadAsync("object")))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain("the signature is not the account's"));
        Assert.That(error.ToString(), Does.Not.Contain(key["private_key"][30..60]));
        Assert.That(served.Server.Requests.Operations, Has.None.StartsWith("objects."), "nothing was sent without a token");
    }

    [TestCase(null, "missing.json")]
    [TestCase("{", "credential")]
    [TestCase("{}", "credential")]
    [TestCase("""{"type":"service_account","private_key":"-----BEGIN hidden","client_email":"a@b","token_uri":"http://127.0.0.1:1/"}""", "credential")]
    public async Task A_file_that_holds_no_credential_is_an_error_at_the_first_request_and_not_before(string? content, string said)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        string path = Path.Combine(_folder, "missing.json");
        if (content is not null)
        {
            await File.WriteAllTextAsync(path, content);
        }

        Bucket bucket = Open(served, o => o.CredentialsFile = path);
        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => bucket.HeadAsync("object")))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain(said).And.Not.Contain("hidden"));
    }

    [Test]
    public async Task The_Cloud_KMS_key_goes_with_everything_that_is_written()
    {
        const string Key = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(o => o.KmsKeyName = Key).GetBucket("bucket");
        var source = new ObjectAddress("bucket", "object");

        await bucket.PutAsync("object", "x"u8.ToArray());
        await bucket.PutAsync("large", new MemoryStream(new byte[11 * 1024 * 1024]));
        await bucket.CopyAsync(source, "copy");

        Assert.That(KeysOf("objects.insert", "kmsKeyName"), Is.Not.Empty.And.All.EqualTo(Key));
        Assert.That(KeysOf("objects.compose", "kmsKeyName"), Is.Not.Empty.And.All.EqualTo(Key));
        Assert.That(KeysOf("objects.rewrite", "destinationKmsKeyName"), Is.Not.Empty.And.All.EqualTo(Key));

        IEnumerable<string?> KeysOf(string operation, string parameter) => served.Server.Requests.Records
            .Where(record => record.Operation.StartsWith(operation, StringComparison.Ordinal) && record.Name?.Contains(".bleepstore/buckets", StringComparison.Ordinal) != true)
            .Select(record => record.Query.GetValueOrDefault(parameter));
    }

    private static Bucket Open(ServedStore served, Action<GcpBackendOptions>? configure = null) => served.Open(options =>
    {
        options.UnauthenticatedAccess = false;
        configure?.Invoke(options);
    }).GetBucket("bucket");

    /// <summary>Writes and reads in every way that sends requests of its own.</summary>
    private static async Task AssertWorksAsync(Bucket bucket)
    {
        byte[] large = new byte[11 * 1024 * 1024];
        Random.Shared.NextBytes(large);
        await bucket.PutAsync("object", large);
        await bucket.PutAsync("parts", new MemoryStream(large));
        await using ObjectReader reader = await bucket.GetAsync("parts");
        var read = new MemoryStream();
        await reader.Content.CopyToAsync(read);
        Assert.That(read.ToArray().AsSpan().SequenceEqual(large), Is.True);
        Assert.That((await bucket.ListPageAsync()).Objects.Select(static entry => entry.Key), Is.EqualTo(new[] { "object", "parts" }));
    }
}
