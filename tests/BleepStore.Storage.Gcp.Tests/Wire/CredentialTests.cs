using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Faults;
using BleepStore.Storage.Gcp.TestServer.Tokens;
using Google.Apis.Auth.OAuth2;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>Tests credentials from end to end, with a server that requires a valid token, and one that issues tokens.</summary>
public sealed class CredentialTests
{
    private const int MiB = 1024 * 1024;
    private const string Scope = "https://www.googleapis.com/auth/devstorage.full_control";

    /// <summary>How many more processes may be too slow for the SDK.</summary>
    private const int MostProcesses = 4;

    [Test]
    public async Task Every_request_carries_the_token_of_the_credential()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        Bucket bucket = guarded.OpenWithFile(guarded.AccountJson);

        await UseAsync(bucket);

        Assert.That(guarded.Tokens.Grants, Has.Count.EqualTo(1));
        Assert.That(guarded.Seen, Has.Count.GreaterThan(20).And.All.EqualTo($"Bearer {guarded.Tokens.Grants[0].Token}"));
        Assert.That(guarded.Server.Requests.Records.Select(static record => record.Status), Has.None.EqualTo(401));
    }

    [Test]
    public async Task A_service_account_signs_its_request_for_a_token_with_the_key_in_its_file()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();

        await PutAsync(guarded.OpenWithFile(guarded.AccountJson));

        // The server has checked signature, audience and expiry.
        Assert.That(
            guarded.Tokens.Grants.Select(static grant => (grant.Kind, grant.Account, grant.Scope)),
            Is.EqualTo(new[] { ("assertion", guarded.Account.Email, Scope) }));
    }

    [Test]
    public async Task A_credential_of_the_application_is_used()
    {
        await using GcsServer server = await GcsServer.StartAsync(new GcsServerOptions { AccessToken = "given" });
        await ServerClient.CreateBucketAsync(server, GuardedStore.Container, "given");
        await using ObjectStore store = GcpStore.Create(new GcpBackendOptions
        {
            Bucket = GuardedStore.Container,
            ServiceUrl = server.BaseUri,
            CredentialFactory = static _ => GoogleCredential.FromAccessToken("given"),
        });

        await PutAsync(store.GetBucket("bucket"));

        Assert.That(server.Requests.Records.Select(static record => record.Status), Has.All.EqualTo(200));
    }

    [Test]
    public async Task An_account_impersonates_another()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        const string target = "target@project.iam.gserviceaccount.com";
        Bucket bucket = guarded.OpenWithFile(new JsonObject
        {
            ["type"] = "impersonated_service_account",
            ["service_account_impersonation_url"] = guarded.Tokens.ImpersonationUri(target).AbsoluteUri,
            ["source_credentials"] = guarded.AccountJson,
        });

        await PutAsync(bucket);

        Assert.That(
            guarded.Tokens.Grants.Select(static grant => (grant.Kind, grant.Account)),
            Is.EqualTo(new[] { ("assertion", guarded.Account.Email), ("impersonation", target) }));
        Assert.That(guarded.Tokens.Grants[1].Scope, Is.EqualTo(Scope));
        Assert.That(guarded.Seen, Has.All.EqualTo($"Bearer {guarded.Tokens.Grants[1].Token}"));
    }

    [Test]
    public async Task The_application_default_credentials_are_found_by_their_variable()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();

        (int exitCode, string output) = await Child.RunAsync(
            guarded.Server.BaseUri,
            new Dictionary<string, string> { ["GOOGLE_APPLICATION_CREDENTIALS"] = guarded.Write(guarded.AccountJson.ToJsonString()) });

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            guarded.Tokens.Grants.Select(static grant => (grant.Kind, grant.Account)),
            Is.EqualTo(new[] { ("assertion", guarded.Account.Email) }));
    }

    [Test]
    public async Task A_machine_of_Googles_is_asked_for_its_token()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();

        var environment = new Dictionary<string, string> { ["GCE_METADATA_HOST"] = guarded.Tokens.BaseUri.Authority };
        (int exitCode, string output) = await Child.RunAsync(guarded.Server.BaseUri, environment);

        // The SDK asks three times, waits a second each time whether this is a machine of Google's, and then remembers that it is none. A
        // process that starts on a busy machine can be too slow for that. Another process asks anew.
        for (int again = 0; again < MostProcesses
            && output.Contains("default credentials were not found", StringComparison.Ordinal); again++)
        {
            (exitCode, output) = await Child.RunAsync(guarded.Server.BaseUri, environment);
        }

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(guarded.Tokens.Grants.Select(static grant => (grant.Kind, grant.Scope)), Is.EqualTo(new[] { ("metadata", Scope) }));
    }

    [Test]
    public async Task A_token_that_is_refused_is_replaced_and_the_work_goes_on()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        Bucket bucket = guarded.OpenWithFile(guarded.AccountJson);
        await PutAsync(bucket);

        guarded.Tokens.RevokeAll();
        byte[] large = [.. Enumerable.Range(0, 11 * MiB).Select(static i => (byte)(i * 31))];
        await bucket.PutAsync("large", large);
        guarded.Tokens.RevokeAll();
        await using ObjectReader reader = await bucket.GetAsync("large");

        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(large), Is.True);
        Assert.That(guarded.Tokens.Grants, Has.Count.GreaterThanOrEqualTo(3));
        Assert.That(guarded.Seen[^1], Is.EqualTo($"Bearer {guarded.Tokens.Grants[^1].Token}"));
    }

    [Test]
    public async Task A_token_that_is_about_to_expire_is_replaced_before_it_is_used()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        guarded.Tokens.Lifetime = TimeSpan.FromMinutes(1);
        Bucket bucket = guarded.OpenWithFile(guarded.AccountJson);
        await PutAsync(bucket);
        guarded.Tokens.RevokeAll();

        await PutAsync(bucket);

        Assert.That(guarded.Tokens.Grants, Has.Count.EqualTo(2));
        Assert.That(guarded.Server.Requests.Records.Select(static record => record.Status), Is.EqualTo(new[] { 200, 200 }));
    }

    [Test]
    public async Task A_credential_that_is_refused_again_and_again_is_an_error_that_says_what_to_do_and_no_secret()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        guarded.Tokens.GivesStaleTokens = true;

        StorageException error = await FailAsync(guarded.OpenWithFile(guarded.AccountJson));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Status, Is.EqualTo(401));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(error.Message, Does.Contain("CredentialsFile").And.Contain("Invalid Credentials"));
        Assert.That(guarded.Seen.Distinct(), Has.Exactly(2).Items, "one token, and one that replaced it");
        Assert.That(guarded.Seen, Has.Count.EqualTo(2));
        RequireNoSecret(guarded, error);
    }

    [Test]
    public async Task Without_a_credential_the_error_says_that_one_is_needed()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();

        StorageException error = await FailAsync(guarded.Open(static o => o.UnauthenticatedAccess = true));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain(nameof(GcpBackendOptions.UnauthenticatedAccess)));
        Assert.That(guarded.Seen, Is.EqualTo(new string?[] { null }));
    }

    [Test]
    public async Task A_key_that_is_not_the_accounts_gets_no_token()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        using var other = new ServiceAccount();
        JsonObject file = guarded.AccountJson;
        file["private_key"] = other.PrivateKey;

        StorageException error = await FailAsync(guarded.OpenWithFile(file));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain("Invalid JWT Signature").And.Contain("CredentialsFile"));
        Assert.That(guarded.Seen, Is.Empty);
        RequireNoSecret(guarded, error);
        Assert.That(error.ToString(), Does.Not.Contain(Line(other.PrivateKey)));
    }

    [TestCase(500)]
    [TestCase(503)]
    public async Task A_token_server_that_fails_is_a_transient_error(int status)
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        guarded.Tokens.Refusal = status;
        Bucket bucket = guarded.OpenWithFile(guarded.AccountJson);

        StorageException error = await FailAsync(bucket);
        guarded.Tokens.Refusal = 0;
        await PutAsync(bucket);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
        Assert.That(error.IsTransient, Is.True);
        Assert.That(error.IsOutcomeUnknown, Is.False, "nothing was sent");
        RequireNoSecret(guarded, error);
    }

    [Test]
    public async Task A_token_server_that_cannot_be_reached_is_a_transient_error()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        JsonObject file = guarded.AccountJson;
        await guarded.Tokens.DisposeAsync();

        StorageException error = await FailAsync(guarded.OpenWithFile(file));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.ServiceUnavailable));
        Assert.That(error.IsTransient, Is.True);
        RequireNoSecret(guarded, error);
    }

    [TestCase("{ \"private_key\": \"sesame\", ", "JSON", TestName = "A file that is cut off")]
    [TestCase("[ \"sesame\" ]", "type", TestName = "A file that holds no object")]
    [TestCase("{ \"private_key\": \"sesame\" }", "type", TestName = "A file without type")]
    [TestCase("{ \"type\": 1, \"private_key\": \"sesame\" }", "type", TestName = "A file whose type is no text")]
    [TestCase("{ \"type\": \"sorcerer\", \"private_key\": \"sesame\" }", "sorcerer", TestName = "A file of a type that nobody knows")]
    [TestCase(
        "{ \"type\": \"service_account\", \"client_email\": \"a@b\", \"private_key\": \"sesame\" }",
        "",
        TestName = "A file whose key is none")]
    [TestCase(
        "{ \"type\": \"service_account\", \"client_email\": \"a@b\", \"private_key\": \"-----BEGIN sesame\" }",
        "",
        TestName = "A file whose key only begins like one")]
    public async Task A_file_that_is_no_credential_is_named_and_not_quoted(string content, string said)
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        string path = guarded.Write(content);

        StorageException error = await FailAsync(guarded.Open(o => o.CredentialsFile = path));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain(path).And.Contain(said));
        Assert.That(error.ToString(), Does.Not.Contain("sesame"));
        Assert.That(guarded.Log.Text, Does.Not.Contain("sesame"));
    }

    [Test]
    public async Task A_file_that_is_not_there_is_looked_for_again_at_the_next_request()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        string path = guarded.Write("");
        File.Delete(path);
        Bucket bucket = guarded.Open(o => o.CredentialsFile = path);

        StorageException error = await FailAsync(bucket);
        await File.WriteAllTextAsync(path, guarded.AccountJson.ToJsonString());
        await PutAsync(bucket);

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        Assert.That(error.Message, Does.Contain(path));
    }

    [Test]
    public async Task The_project_that_pays_is_told_once_however_often_a_request_is_sent()
    {
        await using GuardedStore guarded = await GuardedStore.StartAsync();
        JsonObject file = guarded.AccountJson;
        file["quota_project_id"] = "payer";
        Bucket bucket = guarded.OpenWithFile(file);
        guarded.Server.Faults.Add(static _ => true, new Fault(FaultKind.Refuse) { Status = 503 });

        await PutAsync(bucket);

        IEnumerable<string?> told =
            guarded.Server.Requests.Records.Select(static record => record.Headers.GetValueOrDefault("x-goog-user-project"));
        Assert.That(told, Is.EqualTo(new[] { "payer", "payer", "payer" }), "the put, the look at what became of it, and the put again");
    }

    private static Task<ObjectProperties> PutAsync(Bucket bucket) => bucket.PutAsync("object", "bytes"u8.ToArray());

    private static async Task<StorageException> FailAsync(Bucket bucket) =>
        (await Assert.ThrowsAsync<StorageException>(() => PutAsync(bucket)))!;

    /// <summary>All that a backend does, in small.</summary>
    private static async Task UseAsync(Bucket bucket)
    {
        await PutAsync(bucket);
        await bucket.PutAsync("large", new byte[11 * MiB]);
        await bucket.HeadAsync("object");
        await using (ObjectReader reader = await bucket.GetAsync("large"))
        {
            await reader.ReadAllAsync();
        }

        await bucket.ListPageAsync();
        await bucket.CopyAsync(new ObjectAddress(bucket.Name, "object"), "copy");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("parts");
        PartInfo part = await upload.UploadPartAsync(1, new byte[MiB]);
        await upload.CompleteAsync([part]);
        await bucket.DeleteAsync("object");
    }

    private static void RequireNoSecret(GuardedStore guarded, StorageException error)
    {
        foreach (string text in new[] { error.ToString(), guarded.Log.Text })
        {
            Assert.That(text, Does.Not.Contain(Line(guarded.Account.PrivateKey)));
            Assert.That(text, Does.Not.Contain("Bearer "));
            Assert.That(text, Does.Not.Contain("assertion="));
            foreach (TokenGrant grant in guarded.Tokens.Grants)
            {
                Assert.That(text, Does.Not.Contain(grant.Token));
            }
        }
    }

    /// <summary>A line of a key that no other key has.</summary>
    private static string Line(string pem) => pem.Split('\n')[3].Trim();
}
