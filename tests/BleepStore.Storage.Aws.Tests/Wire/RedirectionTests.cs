using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>Answers that lead elsewhere are told as that, and nothing of the SDK's own surfaces.</summary>
public sealed class RedirectionTests
{
    private const string Elsewhere = "https://upstream.s3.eu-west-1.amazonaws.com/bucket/key";
    private const string Login = "https://login.example.com/";

    private static readonly ObjectStoreOptions Short = new()
    {
        IdleTimeout = TimeSpan.FromSeconds(1),
        AnswerTimeout = TimeSpan.FromSeconds(1),
        ServerWorkTimeout = TimeSpan.FromSeconds(1),
    };

    [Test]
    public async Task A_redirect_is_told(
        [Values(301, 302, 307, 308)] int status,
        [Values("https://s3.example.com/x", "/login", "https://login.example.com/", "ftp://example.com/")] string location)
    {
        var wire = new StubTransport(_ => StubAnswer.Foreign(status).With("Location", location));
        Bucket bucket = wire.CreateBucket(static options => options.ServiceUrl = new Uri("http://s3.example.com"));

        StorageException get = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.GetAsync("key"));
        StorageException put = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.PutAsync("key", new byte[5]));

        Assert.That(
            new[] { get.Message, put.Message },
            location.StartsWith("https://s3", StringComparison.Ordinal)
                ? Has.All.Contains("redirects from http to https").And.All.Contains("'https://s3.example.com'")
                : Has.All.Contains("redirects"));
        Assert.That(put.IsOutcomeUnknown, Is.False);
        Assert.That(wire.Sent, Has.Count.EqualTo(2));
    }

    /// <summary>
    /// The SDK of a client that was given follows a 307 that looks like one of S3's, and throws an <see cref="ArgumentException"/> at
    /// others.
    /// </summary>
    [Test]
    public async Task A_redirect_is_told_with_a_client_that_was_given(
        [Values(301, 302, 307, 308)] int status,
        [Values("https://s3.example.com/x", "/login", "https://login.example.com/", "ftp://example.com/")] string location)
    {
        var wire = new StubTransport(request =>
            request.Uri.Scheme == "https" && request.Uri.Host == "s3.example.com"
                ? StubAnswer.Error(404, "NoSuchKey")
                : StubAnswer.Foreign(status).With("Location", location));
        Bucket bucket = wire.CreateGivenBucket(storeOptions: Short);
        StorageErrorCode expected = (status, location) switch
        {
            (307, "https://s3.example.com/x") => StorageErrorCode.NoSuchKey,
            (307, _) => StorageErrorCode.InternalError,
            _ => StorageErrorCode.NotSupported,
        };

        StorageException get = await StorageAssert.FailsAsync(expected, () => bucket.GetAsync("key"));
        await StorageAssert.FailsAsync(expected, () => bucket.PutAsync("key", new byte[5]));

        if (expected == StorageErrorCode.NotSupported)
        {
            Assert.That(get.Message, Does.Contain("redirects"));
        }
    }

    /// <summary>The SDK follows without end.</summary>
    [Test]
    public async Task An_endless_chain_ends_with_the_limit_of_the_store_with_a_client_that_was_given(
        [Values("get", "list", "put", "large part", "delete", "copy", "complete")] string operation)
    {
        await EndlessAsync(operation, Short);
    }

    /// <summary>Each time the SDK sends the body again, which is progress. So something else must end the chain.</summary>
    [Test]
    public async Task An_endless_chain_of_a_body_ends_before_the_limit([Values("put", "large part")] string operation)
    {
        (StorageException error, int sent) = await EndlessAsync(operation, new ObjectStoreOptions());

        Assert.That(error.Message, Does.Contain("redirect"));
        Assert.That(sent, Is.LessThanOrEqualTo(50));
    }

    /// <summary>S3 sends a client to the region of the bucket, once.</summary>
    [Test]
    public async Task A_chain_of_S3s_own_endpoints_ends_after_a_few(
        [Values("get", "list", "put", "delete", "copy", "complete")] string operation)
    {
        var wire = new StubTransport(static _ => StubAnswer.Foreign(307).With("Location", Elsewhere));
        Bucket bucket = wire.CreateBucket(storeOptions: Short);

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => RunAsync(bucket, operation));

        Assert.That(error.Message, Does.Contain("redirected").And.Contain(nameof(AwsBackendOptions.Region)));
        Assert.That(wire.Sent, Has.Count.LessThanOrEqualTo(12));
    }

    [Test]
    public async Task A_redirect_of_S3s_own_is_followed([Values] bool isGiven)
    {
        var wire = new StubTransport(static request => request.Uri.Host.Contains("eu-west-1", StringComparison.Ordinal)
            ? StubAnswer.Object("hello"u8.ToArray(), "5d41402abc4b2a76b9719d911017c592")
            : StubAnswer.Foreign(307).With("Location", Elsewhere));
        Bucket bucket = isGiven ? wire.CreateGivenBucket() : wire.CreateBucket();

        await using ObjectReader reader = await bucket.GetAsync("key");

        Assert.That(await reader.ReadAllAsync(), Is.EqualTo("hello"u8.ToArray()));
        Assert.That(wire.Sent, Has.Count.EqualTo(2));
    }

    /// <summary>A server that does not know versions says so. A redirect says nothing of them.</summary>
    [Test]
    public async Task A_bucket_whose_versions_are_elsewhere_is_kept([Values] bool isGiven)
    {
        var wire = new StubTransport(static request => request.Kind switch
        {
            "HEAD" => StubAnswer.Bare(200),
            "GET list" => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            "GET" => StubAnswer.Foreign(301).With("Location", Login),
            "GET uploads" => StubAnswer.Xml("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"),
            _ => StubAnswer.Bare(204),
        });
        void PerBucket(AwsBackendOptions options) => (options.Bucket, options.BucketMapping) = (null, AwsBucketMapping.ContainerPerBucket);
        ObjectStore store = isGiven ? wire.CreateGivenStore(PerBucket) : wire.CreateStore(PerBucket);

        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => store.DeleteBucketAsync("bucket"));

        Assert.That(wire.Sent.Select(static sent => sent.Method), Has.None.EqualTo("DELETE"));
    }

    /// <summary>The answer of a proxy does not count as the server's handling of conditions.</summary>
    [Test]
    public async Task A_redirect_tells_nothing_of_conditions()
    {
        int deletes = 0;
        var wire = new StubTransport(request => request.Kind switch
        {
            "DELETE" when request.Header("If-Match") is not null && ++deletes == 1 =>
                StubAnswer.Foreign(302).With("Location", Login),
            "DELETE" when request.Header("If-Match")?.Contains("0000", StringComparison.Ordinal) == true =>
                StubAnswer.Error(412, "PreconditionFailed"),
            "DELETE" => StubAnswer.Bare(204),
            "PUT" => StubAnswer.Written(StubAnswer.Md5OfNothing),
            _ => StubAnswer.Object([], StubAnswer.Md5OfNothing),
        });
        Bucket bucket = wire.CreateBucket(static options => options.Compatibility = AwsCompatibility.S3Compatible);
        Task DeleteAsync() => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = StubAnswer.Md5OfNothing });

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, DeleteAsync);
        Assert.That(error.Message, Does.Contain("redirects"));

        await DeleteAsync();
    }

    private static async Task<(StorageException Error, int Sent)> EndlessAsync(string operation, ObjectStoreOptions options)
    {
        var wire = new StubTransport(static _ => StubAnswer.Foreign(307).With("Location", "https://s3.example.com/x"));
        Bucket bucket = wire.CreateGivenBucket(storeOptions: options);

        // A stub answers on the caller's thread, so an endless chain would not return.
        Task call = Task.Run(() => RunAsync(bucket, operation));
        StorageException error =
            await StorageAssert.FailsAsync(StorageErrorCode.RequestTimeout, () => call.WaitAsync(TimeSpan.FromSeconds(30)));
        return (error, wire.Sent.Count);
    }

    private static Task RunAsync(Bucket bucket, string operation) => operation switch
    {
        "get" => bucket.GetAsync("key"),
        "list" => bucket.ListPageAsync(),
        "put" => bucket.PutAsync("key", new byte[5]),
        "large part" => bucket.GetMultipartUpload("key", "upload-1").UploadPartAsync(1, new byte[1024 * 1024]),
        "delete" => bucket.DeleteAsync("key"),
        "copy" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "key"),
        _ => bucket.GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo { PartNumber = 1, ETag = "abc" }]),
    };
}
