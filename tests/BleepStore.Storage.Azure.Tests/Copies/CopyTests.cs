using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Copies;

public sealed class CopyTests
{
    private static readonly ObjectAddress Source = new("bucket", "a?b#c%2Fd \u00e9");

    [Test]
    public async Task A_copy_is_one_synchronous_request_pinned_with_explicit_attributes()
    {
        var wire = new StubTransport(
            StubResponse.Blob(
                new byte[10],
                "0x5",
                ("owner", "me"),
                ("bleepstoretoken", "AAAAAAAAAAAAAAAAAAAAAA"),
                ("bleepstoreetag", "abc-2:10")).With("Content-Type", "image/png"), StubResponse.Written("0x6"));

        ObjectProperties copy = await wire.CreateBucket().CopyAsync(Source, "key", new CopyOptions { IfAbsent = true });

        SentRequest sent = wire.Sent[1];
        Assert.That(sent.Kind, Is.EqualTo("PUT from url"));
        Assert.That(
            sent.Header("x-ms-copy-source"),
            Is.EqualTo("https://account.blob.core.windows.net/store/bucket/a%3Fb%23c%252Fd%20%C3%A9?sv=2023&sig=secret"));
        Assert.That(sent.Header("x-ms-source-if-match"), Is.EqualTo("\"0x5\""));
        Assert.That(sent.Header("x-ms-blob-type"), Is.EqualTo("BlockBlob"), "Put Blob From URL, not the asynchronous Copy Blob");
        Assert.That(sent.Header("x-ms-copy-source-blob-properties"), Is.EqualTo("false"));
        Assert.That(sent.Header("x-ms-blob-content-type"), Is.EqualTo("image/png"));
        Assert.That(sent.Header("x-ms-meta-owner"), Is.EqualTo("me"));
        Assert.That(sent.Header("x-ms-meta-bleepstoreetag"), Is.EqualTo("abc-2:10"));
        Assert.That(sent.Header("x-ms-meta-bleepstoretoken"), Is.Not.Null.And.Not.EqualTo("AAAAAAAAAAAAAAAAAAAAAA"));
        Assert.That(sent.Header("If-None-Match"), Is.EqualTo("*"));
        Assert.That(copy.ETag, Is.EqualTo("abc-2"));
        Assert.That(copy.Revision, Is.EqualTo("0x6"));
    }

    [Test]
    public async Task Where_there_is_no_Put_Blob_From_URL_blocks_are_copied_and_it_is_not_tried_again()
    {
        var wire = new StubTransport(static sent => sent.Method == "HEAD" ? StubResponse.Blob(new byte[10], "0x5")
            : sent.Kind == "PUT from url" ? StubResponse.Error(501, "NotImplemented") : StubResponse.Written("0x6"));
        Bucket bucket = wire.CreateBucket();

        await bucket.CopyAsync(Source, "key");
        await bucket.CopyAsync(Source, "key2");

        Assert.That(wire.Kinds, Is.EqualTo(
            new[]
            {
                "HEAD",
                "PUT from url",
                "PUT block from url",
                "PUT blocklist",
                "HEAD",
                "HEAD",
                "PUT block from url",
                "PUT blocklist",
                "HEAD",
            }));
        Assert.That(wire.Sent[2].Header("x-ms-source-if-match"), Is.EqualTo("\"0x5\""));
        Assert.That(wire.Sent[2].Header("x-ms-source-range"), Is.EqualTo("bytes=0-9"));
    }

    [Test]
    public async Task Where_there_is_neither_the_copy_is_refused_and_nothing_else_is_tried()
    {
        var wire = new StubTransport(static sent =>
            sent.Method == "HEAD" ? StubResponse.Blob(new byte[10], "0x5") : StubResponse.Error(501, "NotImplemented"));

        StorageException? error = await Assert.ThrowsAsync<StorageException>(() => wire.CreateBucket().CopyAsync(Source, "key"));

        Assert.That((error!.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.NotSupported, false)));
        Assert.That(error.Message, Does.Contain("Put Block From URL"));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "PUT from url", "PUT block from url" }));
    }

    [Test]
    public async Task A_copy_onto_itself_goes_by_blocks()
    {
        var wire = new StubTransport(static sent => sent.Method == "HEAD"
            ? StubResponse.Blob(new byte[10], "0x5").With("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")
            : StubResponse.Written("0x6"));

        await wire.CreateBucket().CopyAsync(Source, Source.Key);

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "PUT block from url", "PUT blocklist" }));
    }

    [TestCase(404, "CannotVerifyCopySource", StorageErrorCode.NoSuchKey)]
    [TestCase(412, "SourceConditionNotMet", StorageErrorCode.PreconditionFailed)]
    [TestCase(409, "PendingCopyOperation", StorageErrorCode.OperationAborted)]
    [TestCase(403, "CannotVerifyCopySource", StorageErrorCode.AccessDenied)]
    public async Task What_the_service_says_of_source_and_destination_is_told(int status, string code, StorageErrorCode expected)
    {
        var wire = new StubTransport(StubResponse.Blob(new byte[10], "0x5"), StubResponse.Error(status, code));

        await StorageAssert.FailsAsync(
            expected, () => wire.CreateBucket().CopyAsync(Source, "key", new CopyOptions { IfRevision = "0x1" }));
    }

    [TestCase("BlobArchived", null)]
    [TestCase("CannotVerifyCopySource", "BlobArchived")]
    [TestCase("CannotVerifyCopySource", "BlobBeingRehydrated")]
    [TestCase("CannotVerifyCopySource", null)]
    public async Task An_archived_source_is_InvalidObjectState_whatever_the_server_says_of_it(string code, string? cause)
    {
        Response Refuse() => cause is null
            ? StubResponse.Error(409, code)
            : StubResponse.Error(409, code).With("x-ms-copy-source-error-code", cause).With("x-ms-copy-source-status-code", "409");
        StubResponse Archived() => StubResponse.Blob(new byte[10], "0x5").With("x-ms-access-tier", "Archive");
        var inOne = new StubTransport(sent => sent.Method == "HEAD" ? Archived() : Refuse());
        var byBlocks = new StubTransport(sent =>
            sent.Method == "HEAD" ? Archived() : sent.Kind == "PUT from url" ? StubResponse.Error(501, "NotImplemented") : Refuse());
        var part = new StubTransport(
            sent => sent.Method == "HEAD" ? Archived() : sent.Kind == "PUT block from url" ? Refuse() : StubResponse.Written());
        MultipartUpload upload = await part.CreateBucket().CreateMultipartUploadAsync("key");

        StorageException[] errors =
        [
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidObjectState, () => inOne.CreateBucket().CopyAsync(Source, "key")),
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidObjectState, () => byBlocks.CreateBucket().CopyAsync(Source, "key")),
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidObjectState, () => upload.CopyPartAsync(1, Source)),
        ];

        Assert.That(errors.Select(static error => error.Message), Has.All.Contains("rehydrated"));
        Assert.That(errors.Select(static error => error.IsOutcomeUnknown), Has.All.False);
        Assert.That(inOne.Kinds, Is.EqualTo(new[] { "HEAD", "PUT from url" }));
        Assert.That(byBlocks.Kinds, Is.EqualTo(new[] { "HEAD", "PUT from url", "PUT block from url" }));
    }

    [Test]
    public async Task A_source_that_cannot_be_read_for_another_reason_is_not_taken_for_archived()
    {
        var wire = new StubTransport(
            StubResponse.Blob(new byte[10], "0x5").With("x-ms-access-tier", "Cool"), StubResponse.Error(409, "CannotVerifyCopySource"));

        await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => wire.CreateBucket().CopyAsync(Source, "key"));
    }

    [Test]
    public async Task A_missing_source_is_NoSuchKey_before_anything_is_sent_to_the_destination()
    {
        var wire = new StubTransport(StubResponse.Error(404, "BlobNotFound"));

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => wire.CreateBucket().CopyAsync(Source, "key"));
    }

    [Test]
    public async Task With_an_account_key_the_source_gets_a_short_SAS_to_read()
    {
        StubTransport wire = Copying();
        Bucket bucket = wire.CreateBucket(static options =>
        {
            options.AccountUrl = null;
            options.SasToken = null;
            options.ConnectionString =
                $"DefaultEndpointsProtocol=https;AccountName=account;AccountKey={Azurite.Key};EndpointSuffix=core.windows.net";
        });

        await bucket.CopyAsync(Source, "key");

        Uri source = SourceOf(wire);
        Assert.That(source.Query, Does.Contain("sp=r&").And.Contain("sr=b&").And.Contain("sig="));
        Assert.That(source.AbsolutePath, Is.EqualTo("/store/bucket/a%3Fb%23c%252Fd%20%C3%A9"));
    }

    [Test]
    public async Task With_a_token_the_token_goes_along()
    {
        StubTransport wire = Copying();
        Bucket bucket = wire.CreateBucket(WithToken);

        await bucket.CopyAsync(Source, "key");

        Assert.That(SourceOf(wire).Query, Is.Empty);
        Assert.That(
            wire.Sent.Single(static sent => sent.Kind == "PUT from url").Header("x-ms-copy-source-authorization"),
            Is.EqualTo("Bearer token"));
    }

    [Test]
    public async Task With_a_client_whose_credential_is_not_known_a_user_delegation_key_signs()
    {
        var wire = new StubTransport(static sent => sent.Kind == "POST key" ? DelegationKey() : Answer(sent));
        var client = new BlobServiceClient(
            new Uri("https://account.blob.core.windows.net"), new FixedCredential(), new BlobClientOptions { Transport = wire });
        await using ObjectStore store = AzureStore.Create(client, new AzureBackendOptions { Container = "store" });

        await store.GetBucket("bucket").CopyAsync(Source, "key");

        Assert.That(SourceOf(wire).Query, Does.Contain("skoid=").And.Contain("sig="));
    }

    [Test]
    public async Task A_token_that_the_server_does_not_look_at_is_replaced_by_a_signature_once_and_for_all()
    {
        var wire = new StubTransport(static sent => sent.Kind == "POST key" ? DelegationKey()
            : sent.Kind == "PUT from url" && sent.Header("x-ms-copy-source-authorization") is not null
            ? StubResponse.Error(403, "CannotVerifyCopySource")
            : Answer(sent));
        Bucket bucket = wire.CreateBucket(WithToken);

        await bucket.CopyAsync(Source, "key");
        await bucket.CopyAsync(Source, "key2");

        Assert.That(
            wire.Kinds,
            Is.EqualTo(new[] { "HEAD", "PUT from url", "POST key", "PUT from url", "HEAD", "HEAD", "POST key", "PUT from url", "HEAD" }));
        Assert.That(wire.Sent[3].Header("x-ms-copy-source"), Does.Contain("skoid=").And.Contain("sig="));
        Assert.That(wire.Sent[3].Header("x-ms-copy-source-authorization"), Is.Null);
    }

    [Test]
    public async Task A_source_that_may_not_be_read_is_AccessDenied_also_where_no_signature_can_be_had()
    {
        var wire = new StubTransport(static sent => sent.Method switch
        {
            "POST" => StubResponse.Error(403, "AuthorizationPermissionMismatch"),
            "PUT" => StubResponse.Error(403, "CannotVerifyCopySource"),
            _ => Answer(sent),
        });

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied, () => wire.CreateBucket(WithToken).CopyAsync(Source, "key"));

        Assert.That(error.ProviderCode, Is.EqualTo("CannotVerifyCopySource"));
    }

    [Test]
    public async Task A_key_to_sign_with_that_is_not_to_be_had_for_now_is_a_transient_failure()
    {
        var wire = new StubTransport(static sent => sent.Method switch
        {
            "POST" => StubResponse.Error(503, "ServerBusy"),
            "PUT" => StubResponse.Error(403, "CannotVerifyCopySource"),
            _ => Answer(sent),
        });

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => wire.CreateBucket(WithToken).CopyAsync(Source, "key"));

        Assert.That((error.IsTransient, error.IsOutcomeUnknown), Is.EqualTo((true, false)), error.ToString());
    }

    [Test]
    public async Task A_copy_by_blocks_that_fails_after_one_request_of_unknown_outcome_does_not_hide_that()
    {
        var wire = new StubTransport(static sent => sent.Kind switch
        {
            "PUT from url" => StubResponse.Error(500, "InternalError"),
            "PUT block from url" => StubResponse.Error(403, "AuthorizationFailure"),
            _ => Answer(sent),
        });

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied, () => wire.CreateBucket().CopyAsync(Source, "key"));

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
    }

    [Test]
    public async Task One_failure_of_the_service_does_not_change_how_later_copies_are_sent()
    {
        int copies = 0;
        var wire = new StubTransport(sent => sent.Kind switch
        {
            "PUT from url" when copies++ == 0 => StubResponse.Error(500, "InternalError"),
            "PUT block from url" or "PUT blocklist" => StubResponse.Written("0x6"),
            _ => Answer(sent),
        });
        Bucket bucket = wire.CreateBucket();

        await bucket.CopyAsync(Source, "first");
        await bucket.CopyAsync(Source, "second");

        Assert.That(
            wire.Kinds.Where(static kind => kind != "HEAD"),
            Is.EqualTo(new[] { "PUT from url", "PUT block from url", "PUT blocklist", "PUT from url" }));
    }

    [Test]
    public async Task A_client_that_can_neither_sign_nor_get_a_key_is_told_what_to_do()
    {
        var wire = new StubTransport(
            static sent => sent.Method == "POST" ? StubResponse.Error(403, "AuthorizationPermissionMismatch") : Answer(sent));
        var client = new BlobServiceClient(
            new Uri("https://account.blob.core.windows.net"),
            new AzureSasCredential("sv=2023&sig=secret"),
            new BlobClientOptions { Transport = wire });
        await using ObjectStore store = AzureStore.Create(client, new AzureBackendOptions { Container = "store" });

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied, () => store.GetBucket("bucket").CopyAsync(Source, "key"));

        Assert.That(error.Message, Does.Contain("Storage Blob Delegator").And.Not.Contain("secret"));
        Assert.That(wire.Kinds, Has.None.Contain("PUT"));
    }

    [Test]
    public async Task The_sources_metadata_is_not_kept_where_none_is_wanted()
    {
        // Without any metadata of its own, Put Blob From URL takes the source's.
        var wire = new StubTransport(
            static sent => sent.Method == "HEAD" ? StubResponse.Blob(new byte[10], "0x5", ("owner", "me")) : StubResponse.Written("0x6"));

        await wire.CreateBucket().CopyAsync(Source, "key", new CopyOptions { Attributes = new ObjectAttributes() });

        Assert.That(
            wire.Sent[1].Headers.Keys.Where(static name => name.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase)),
            Is.EqualTo(new[] { "x-ms-meta-bleepstoretoken" }));
    }

    /// <summary>A source that another tool has put in blocks has no MD5, so that the copy is looked at when it is there.</summary>
    [TestCase(503, "ServerBusy")]
    [TestCase(404, "BlobNotFound")]
    [TestCase(412, "ConditionNotMet")]
    public async Task A_copy_that_is_there_is_success_also_when_it_cannot_be_looked_at(int status, string code)
    {
        bool copied = false;
        var wire = new StubTransport(sent =>
        {
            if (sent.Method == "HEAD")
            {
                return copied ? StubResponse.Error(status, code) : StubResponse.Blob(new byte[10], "0x5");
            }

            copied = true;
            return StubResponse.Written("0x6");
        });

        ObjectProperties copy = await wire.CreateBucket().CopyAsync(Source, "key", new CopyOptions { IfAbsent = true });

        Assert.That((copy.Revision, copy.ETag, copy.Size), Is.EqualTo(("0x6", "0x6", 10L)));
        Assert.That(wire.Sent[^1].Header("If-Match"), Is.EqualTo("\"0x6\""), "nobody else's is taken for it");
    }

    [Test]
    public async Task The_limit_of_the_SDK_is_taken_off_every_request()
    {
        StubTransport wire = Copying();
        Bucket bucket = wire.CreateBucket();

        await bucket.CopyAsync(Source, "key");
        await bucket.PutAsync("key", new byte[1]);

        Assert.That(wire.Sent.Select(static sent => (sent.Kind, sent.NetworkTimeout)), Is.EqualTo(new (string, TimeSpan?)[]
        {
            ("HEAD", Timeout.InfiniteTimeSpan),
            ("PUT from url", Timeout.InfiniteTimeSpan),
            ("HEAD", Timeout.InfiniteTimeSpan),
            ("PUT", Timeout.InfiniteTimeSpan),
        }));
    }

    [Test]
    public async Task A_limit_that_the_application_sets_stays()
    {
        StubTransport wire = Copying();

        await wire.CreateBucket(static options => options.ConfigureClient += static client => client.Retry.NetworkTimeout =
            TimeSpan.FromSeconds(7)).CopyAsync(Source, "key");

        Assert.That(wire.Sent.Select(static sent => sent.NetworkTimeout), Is.All.Null);
    }

    [Test]
    public async Task A_source_whose_address_is_too_long_is_told_apart_from_other_bad_requests([Values] bool isLong)
    {
        var wire = new StubTransport(
            static sent => sent.Method == "HEAD" ? StubResponse.Blob(new byte[10], "0x5") : StubResponse.Error(400, "InvalidHeaderValue"));
        string key = new('\u8a9e', isLong ? 300 : 10);

        StorageException error = await StorageAssert.FailsAsync(
            isLong ? StorageErrorCode.NotSupported : StorageErrorCode.InternalError,
            () => wire.CreateBucket().CopyAsync(new ObjectAddress("bucket", key), "copy"));

        Assert.That(error.Message.Contains("2048", StringComparison.Ordinal), Is.EqualTo(isLong));
        Assert.That(error.Message, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task A_user_delegation_key_signs_as_long_as_it_lasts()
    {
        string expiry = TimeProvider.System.GetUtcNow().AddHours(2).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var wire = new StubTransport(sent => sent.Kind == "POST key" ? DelegationKey(expiry) : Answer(sent));
        var client = new BlobServiceClient(
            new Uri("https://account.blob.core.windows.net"), new FixedCredential(), new BlobClientOptions { Transport = wire });
        await using ObjectStore store = AzureStore.Create(client, new AzureBackendOptions { Container = "store" });

        await store.GetBucket("bucket").CopyAsync(Source, "key");
        await store.GetBucket("bucket").CopyAsync(Source, "key2");

        Assert.That(wire.Kinds.Count(static kind => kind == "POST key"), Is.EqualTo(1));
        Assert.That(wire.Sent.Where(static sent => sent.Kind == "PUT from url")
            .Select(static sent => new Uri(sent.Header("x-ms-copy-source")!).Query), Is.All.Contain("sig="));
    }

    private static void WithToken(AzureBackendOptions options)
    {
        options.SasToken = null;
        options.CredentialFactory = static _ => new FixedCredential();
    }

    private static StubResponse DelegationKey(string expiry = "2026-11-22T12:00:00Z") => StubResponse.Xml(
        $"<UserDelegationKey><SignedOid>{Guid.Empty}</SignedOid><SignedTid>{Guid.Empty}</SignedTid><SignedStart>2026-11-22T10:00:00Z</SignedStart><SignedExpiry>{expiry}</SignedExpiry><SignedService>b</SignedService><SignedVersion>2023-08-03</SignedVersion><Value>{Azurite.Key}</Value></UserDelegationKey>");

    private static StubTransport Copying() => new(Answer);

    private static StubResponse Answer(SentRequest sent) =>
        sent.Method == "HEAD" ? StubResponse.Blob(new byte[10], "0x5") : StubResponse.Written("0x6");

    private static Uri SourceOf(StubTransport wire) =>
        new(wire.Sent.Single(static sent => sent.Kind == "PUT from url").Header("x-ms-copy-source")!);

    private sealed class FixedCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
