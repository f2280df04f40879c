using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Buckets;

public sealed class CheckTests
{
    [Test]
    public async Task A_bucket_that_is_there_is_healthy_after_one_request_that_reads()
    {
        var wire = new StubTransport(StubAnswer.Bare(200));

        await wire.CreateStore().CheckAsync();

        Assert.That(wire.Sent.Select(static sent => (sent.Method, sent.Uri.AbsolutePath)), Is.EqualTo(new[] { ("HEAD", "/") }));
    }

    [Test]
    public async Task A_missing_bucket_is_not_healthy_and_is_named()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchBucket, () => new StubTransport(static _ => StubAnswer.Bare(404)).CreateStore().CheckAsync());

        Assert.That(error.Message, Does.Contain("'upstream'").And.Contain(nameof(AwsBackendOptions.Bucket)).And.Contain("Create it"));
    }

    /// <summary>403 to a HEAD says nothing more; what a listing answers has a body.</summary>
    [TestCase("InvalidAccessKeyId", StorageErrorCode.AuthenticationFailed, nameof(AwsBackendOptions.AccessKeyId))]
    [TestCase("SignatureDoesNotMatch", StorageErrorCode.AuthenticationFailed, nameof(AwsBackendOptions.SecretAccessKey))]
    [TestCase("RequestTimeTooSkewed", StorageErrorCode.AuthenticationFailed, "clock")]
    [TestCase("AccessDenied", StorageErrorCode.AccessDenied, "s3:ListBucket")]
    public async Task Why_the_bucket_may_not_be_looked_at_is_asked_for(string code, StorageErrorCode expected, string remedy)
    {
        var wire = new StubTransport(request => request.Kind == "HEAD" ? StubAnswer.Bare(403) : StubAnswer.Error(403, code));

        StorageException error = await StorageAssert.FailsAsync(expected, () => wire.CreateStore().CheckAsync());

        Assert.That(error.Message, Does.Contain(remedy));
        Assert.That((error.ProviderCode, error.Operation), Is.EqualTo((code, "Check")));
    }

    [Test]
    public async Task A_refusal_that_says_nothing_names_the_bucket_and_the_permission()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied, () => new StubTransport(static _ => StubAnswer.Bare(403)).CreateStore().CheckAsync());

        Assert.That(error.Message, Does.Contain("'upstream'").And.Contain("s3:ListBucket").And.Contain("credential"));
    }

    /// <summary>Amazon's endpoints answer like this about a bucket of another region, with the region if they know it.</summary>
    [TestCase(301, "PermanentRedirect", true)]
    [TestCase(301, "PermanentRedirect", false)]
    [TestCase(400, "AuthorizationHeaderMalformed", true)]
    [TestCase(400, "IllegalLocationConstraintException", false)]
    public async Task A_bucket_in_another_region_is_said_to_be_there(int status, string code, bool isTold)
    {
        var wire = new StubTransport(request =>
        {
            HttpResponseMessage answer = request.Kind == "HEAD" ? StubAnswer.Bare(status) : StubAnswer.Error(status, code);
            return isTold ? answer.With("x-amz-bucket-region", "ap-south-1") : answer;
        });

        StorageException error = await StorageAssert.ThrowsAsync<StorageException>(() => wire.CreateStore().CheckAsync());

        Assert.That(error.IsTransient, Is.False);
        Assert.That(error.Message, Does.Contain($"Set {nameof(AwsBackendOptions.Region)}"), string.Join(", ", wire.Kinds));
        Assert.That(error.Message.Contains("'ap-south-1'", StringComparison.Ordinal), Is.EqualTo(isTold), error.Message);
    }

    [Test]
    public async Task A_server_that_cannot_answer_now_is_transient_with_the_cause_inside()
    {
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => new StubTransport(static _ => StubAnswer.Bare(503)).CreateStore().CheckAsync());

        Assert.That((error.Status, error.IsTransient, error.InnerException), Is.EqualTo((503, true, error.InnerException)));
        Assert.That(error.InnerException, Is.Not.Null);
    }

    [Test]
    public async Task A_server_that_is_not_there_is_named_with_what_to_look_at()
    {
        await using ObjectStore store = AwsStore.Create(new AwsBackendOptions
        {
            ServiceUrl = new Uri("http://127.0.0.1:1"),
            AccessKeyId = "key",
            SecretAccessKey = "the-secret",
            Bucket = "upstream",
            ConfigureClient = static client => client.MaxErrorRetry = 0,
        });

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => store.CheckAsync());

        Assert.That(error.Message, Does.Contain("http://127.0.0.1:1").And.Contain(nameof(AwsBackendOptions.ServiceUrl)).And.Contain(
            "A retry can help").And.Not.Contain("the-secret"));
        Assert.That(error.InnerException, Is.Not.Null);
        Assert.That(error.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_write_is_probed_on_an_object_of_our_own_that_goes_again()
    {
        var wire = new StubTransport(StubAnswer.Bare(200), StubAnswer.Written(StubAnswer.Md5OfNothing), StubAnswer.Bare(204));

        await wire.CreateStore(static options => options.Prefix = "pre/").CheckAsync(new CheckOptions { ProbeWrite = true });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "PUT", "DELETE" }));
        Assert.That(wire.Sent[1].Uri.AbsolutePath, Does.StartWith("/pre/.bleepstore/probe/"));
        Assert.That(wire.Sent[2].Uri, Is.EqualTo(wire.Sent[1].Uri));
    }

    [Test]
    public async Task A_credential_that_may_only_read_fails_the_write_probe_with_the_permissions_it_lacks()
    {
        var wire = new StubTransport(request => request.Kind == "HEAD" ? StubAnswer.Bare(200) : StubAnswer.Error(403, "AccessDenied"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied, () => wire.CreateStore().CheckAsync(new CheckOptions { ProbeWrite = true }));

        Assert.That(error.Message, Does.Contain("s3:PutObject").And.Contain("'upstream'"));
    }

    [Test]
    public async Task With_a_bucket_for_every_bucket_the_account_is_asked_for_its_buckets()
    {
        var wire = new StubTransport(StubAnswer.Xml("<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"));

        await wire.CreateStore(PerBucket).CheckAsync();
        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.AccessDenied,
            () => new StubTransport(static _ => StubAnswer.Error(403, "AccessDenied")).CreateStore(PerBucket).CheckAsync());

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "GET" }));
        Assert.That(error.Message, Does.Contain("s3:ListAllMyBuckets"));
    }

    private static void PerBucket(AwsBackendOptions options) =>
        (options.Bucket, options.BucketMapping) = (null, AwsBucketMapping.ContainerPerBucket);
}
