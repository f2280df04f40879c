using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Objects;

public sealed class PutTests
{
    private static readonly byte[] Content = Payload.Bytes(1000);

    [Test]
    public async Task A_put_is_one_request_with_MD5_attributes_and_nothing_staged()
    {
        var wire = new StubTransport(StubResponse.Written("0x9"));

        ObjectProperties put = await wire.CreateBucket()
            .PutAsync("a b", Content, new PutOptions { ContentType = "image/png", StorageClass = "Cool" });

        SentRequest sent = wire.Sent.Single();
        Assert.That(sent.Kind, Is.EqualTo("PUT"));
        Assert.That(sent.Uri.AbsolutePath, Is.EqualTo("/store/bucket/a%20b"));
        Assert.That(sent.Header("x-ms-blob-content-md5"), Is.EqualTo(Convert.ToBase64String(MD5.HashData(Content))));
        Assert.That(sent.Header("x-ms-blob-content-type"), Is.EqualTo("image/png"));
        Assert.That(sent.Header("x-ms-access-tier"), Is.EqualTo("Cool"));
        Assert.That(sent.Header("x-ms-blob-type"), Is.EqualTo("BlockBlob"));
        Assert.That(sent.Headers.Keys, Has.None.StartsWith("x-ms-meta-bleepstore"));
        Assert.That(sent.Body, Is.EqualTo(Content));
        Assert.That(put.ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(Content))));
        Assert.That(put.Revision, Is.EqualTo("0x9"));
    }

    [Test]
    public async Task A_body_is_sent_again_from_its_beginning()
    {
        var wire = new StubTransport(StubResponse.Error(503, "ServerBusy"), StubResponse.Written());

        await wire.CreateBucket().PutAsync("key", new MemoryStream(Content));

        Assert.That(wire.Sent.Select(static sent => sent.Body), Is.All.EqualTo(Content));
        Assert.That(wire.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task To_create_what_is_there_is_409_upstream_and_PreconditionFailed_here()
    {
        var wire = new StubTransport(StubResponse.Error(409, "BlobAlreadyExists"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => wire.CreateBucket().PutAsync("key", Content, new PutOptions { IfAbsent = true }));

        Assert.That(wire.Sent.Single().Header("If-None-Match"), Is.EqualTo("*"));
        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_revision_goes_as_If_Match_and_nothing_there_is_PreconditionFailed([Values(412, 404)] int status)
    {
        var wire = new StubTransport(StubResponse.Error(status, status == 412 ? "ConditionNotMet" : "BlobNotFound"));

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => wire.CreateBucket().PutAsync("key", Content, new PutOptions { IfRevision = "0x8" }));

        Assert.That(wire.Sent.Single().Header("If-Match"), Is.EqualTo("\"0x8\""));
    }

    [Test]
    public async Task A_write_that_landed_although_its_answer_was_lost_is_success()
    {
        string? token = null;
        int puts = 0;
        var wire = new StubTransport(sent =>
        {
            token ??= sent.Header("x-ms-meta-bleepstoretoken");
            return sent.Method == "HEAD" ? StubResponse.Blob(Content, "0x9", ("bleepstoretoken", token!))
                : puts++ == 0 ? throw new RequestFailedException("The connection broke off.")
                : StubResponse.Error(409, "BlobAlreadyExists");
        });

        ObjectProperties put = await wire.CreateBucket().PutAsync("key", Content, new PutOptions { IfAbsent = true });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "PUT", "HEAD" }));
        Assert.That(put.Revision, Is.EqualTo("0x9"));
    }

    [Test]
    public async Task A_write_that_was_retried_and_is_not_there_is_a_failure_of_unknown_outcome()
    {
        int puts = 0;
        var wire = new StubTransport(
            sent => sent.Method == "HEAD" ? StubResponse.Blob(Content, "0x9", ("bleepstoretoken", "AAAAAAAAAAAAAAAAAAAAAA"))
            : puts++ == 0 ? throw new RequestFailedException("The connection broke off.")
            : StubResponse.Error(409, "BlobAlreadyExists"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => wire.CreateBucket().PutAsync("key", Content, new PutOptions { IfAbsent = true }));

        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task Of_a_client_that_was_given_any_failed_write_may_have_been_sent_twice()
    {
        var wire = new StubTransport(StubResponse.Error(409, "BlobAlreadyExists"), StubResponse.Error(404, "BlobNotFound"));
        var client = new BlobContainerClient(
            new Uri("https://account.blob.core.windows.net/store"), new BlobClientOptions { Transport = wire });
        await using ObjectStore store = AzureStore.Create(client);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => store.GetBucket("bucket").PutAsync("key", Content, new PutOptions { IfAbsent = true }));

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "HEAD" }));
        Assert.That(error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task A_lease_is_OperationAborted() =>
        await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted,
            () => new StubTransport(StubResponse.Error(412, "LeaseIdMissing")).CreateBucket().PutAsync("key", Content));

    [Test]
    public async Task Throttling_is_SlowDown_and_says_how_long_to_wait()
    {
        var wire = new StubTransport(_ => StubResponse.Error(429, "TooManyRequests").With("x-ms-retry-after-ms", "15"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.SlowDown, () => wire.CreateBucket().PutAsync("key", Content));

        Assert.That(error.IsTransient, Is.True);
        Assert.That(error.RequestId, Is.EqualTo("request-1"));
        Assert.That(error.ProviderCode, Is.EqualTo("TooManyRequests"));
        Assert.That(error.RetryAfter, Is.EqualTo(TimeSpan.FromMilliseconds(15)));
        Assert.That(wire.Sent, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_service_that_is_busy_is_ServiceUnavailable_of_unknown_outcome()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable,
            () => new StubTransport(_ => StubResponse.Error(503, "ServerBusy")).CreateBucket().PutAsync("key", Content));

        Assert.That(error.IsTransient && error.IsOutcomeUnknown, Is.True);
    }

    [Test]
    public async Task The_services_own_metadata_limit_is_MetadataTooLarge() =>
        await StorageAssert.FailsAsync(
            StorageErrorCode.MetadataTooLarge,
            () => new StubTransport(StubResponse.Error(400, "MetadataTooLarge")).CreateBucket().PutAsync("key", Content));

    [Test]
    public async Task Metadata_of_the_largest_size_stays_below_Azures_8_KiB_with_all_that_is_added()
    {
        var wire = new StubTransport(StubResponse.Written());
        var metadata = new Dictionary<string, string> { ["name"] = new string('v', 1700) };

        await wire.CreateBucket().CreateMultipartUploadAsync(
            new string('k', 900), new MultipartOptions { Metadata = metadata, Expires = DateTimeOffset.MaxValue, StorageClass = "Cool" });

        int size = wire.Sent.Single().Headers.Where(static header => header.Key.StartsWith("x-ms-meta-", StringComparison.Ordinal))
            .Sum(static header => header.Key.Length - "x-ms-meta-".Length + header.Value.Length);
        Assert.That(size, Is.LessThan(8 * 1024));
    }

    [Test]
    public async Task No_failure_shows_a_secret()
    {
        foreach (Func<Bucket, Task> operation in new Func<Bucket, Task>[]
        {
            static bucket => bucket.PutAsync("key", Content),
            static bucket => bucket.GetAsync("key"),
            static bucket => bucket.ListPageAsync(),
        })
        {
            StorageException error = await StorageAssert.ThrowsAsync<StorageException>(
                () => operation(new StubTransport(_ => StubResponse.Error(403, "AuthenticationFailed")).CreateBucket()));

            Assert.That(error.ToString(), Does.Not.Contain("secret"));
        }
    }
}
