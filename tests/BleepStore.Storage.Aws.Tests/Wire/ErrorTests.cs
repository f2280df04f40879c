using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>Tests the content of error messages, and the secrets that they must not contain.</summary>
public sealed class ErrorTests
{
    private const string AccessKey = "AKIAIOSFODNN7EXAMPLE";
    private const string Secret = "the-secret-of-the-test";
    private const string Token = "the-session-token-of-the-test";
    private const string Signature = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Test]
    public async Task A_failure_says_where_it_happened_what_S3_said_and_whether_trying_again_can_help()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(503, "SlowDown").With("Retry-After", "7"));

        var services = new ServiceCollection();
        services.AddBleepStore("media").UseAws(options =>
            (options.Region, options.AccessKeyId, options.SecretAccessKey, options.Bucket, options.ConfigureClient) =
            ("eu-central-1", AccessKey, Secret, "upstream", config => (config.HttpClientFactory, config.MaxErrorRetry) = (
                new WireFactory(wire), 0)));
        await using ServiceProvider provider = services.BuildServiceProvider();
        ObjectStore store = provider.GetRequiredKeyedService<ObjectStore>("media");

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.SlowDown, () => store.GetBucket("bucket").GetAsync("a key"));

        Assert.That(
            error.Message,
            Is.EqualTo("SlowDown: Told by the stub. [Get store=media provider=aws bucket=bucket key=a key] [upstream status=503 " +
                "code=SlowDown request=request-1] A retry can help after 7 s."));
    }

    [TestCase("AccessDenied", 403)]
    [TestCase("NoSuchBucket", 404)]
    public async Task A_failure_that_stays_does_not_say_that_trying_again_can_help(string code, int status)
    {
        StorageException error = await StorageAssert.FailsAsync(
            code == "AccessDenied" ? StorageErrorCode.AccessDenied : StorageErrorCode.NoSuchBucket,
            () => new StubTransport(_ => StubAnswer.Error(status, code)).CreateBucket().GetAsync("key"));

        Assert.That(error.Message, Does.Not.Contain("A retry"));
        Assert.That(error.Message, Does.Contain(code == "NoSuchBucket" ? "create it or correct Bucket" : "Told by the stub."));
    }

    /// <summary>"RetryAfter" in HTTP has seconds, or a date by the server's clock.</summary>
    [TestCase("1", 1)]
    [TestCase("0", 0)]
    [TestCase("Sun, 22 Nov 2026 10:01:05 GMT", 60)]
    [TestCase("Sun, 22 Nov 2026 09:00:00 GMT", 0)]
    [TestCase("soon", null)]
    [TestCase("-5", null)]
    public async Task The_wait_that_S3_asks_for_is_handed_on(string header, int? seconds)
    {
        var wire = new StubTransport(_ => StubAnswer.Error(503, "SlowDown").With("Retry-After", header));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.SlowDown, () => wire.CreateBucket().GetAsync("key"));

        Assert.That(error.RetryAfter, Is.EqualTo(seconds is { } wait ? TimeSpan.FromSeconds(wait) : (TimeSpan?)null));
    }

    /// <summary>As Amazon's S3 answers it, with all that it repeats of the request.</summary>
    [TestCase("SignatureDoesNotMatch")]
    [TestCase("InvalidAccessKeyId")]
    [TestCase("InvalidToken")]
    [TestCase("ExpiredToken")]
    public async Task What_the_service_repeats_of_a_signature_or_credential_is_nowhere_in_the_exception(string code)
    {
        StorageException error = await FailWithAsync(
            $"<Error><Code>{code}</Code><Message>Told by the " +
            $"stub.</Message><AWSAccessKeyId>{AccessKey}</AWSAccessKeyId><Token-0>{Token}</Token-0>"
            + $"<StringToSign>AWS4-HMAC-SHA256\n20261122T100000Z\n{Signature}</StringToSign><SignatureProvided>{Signature}</SignatureProvided><RequestId>request-1</RequestId></Error>");

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AuthenticationFailed));
        AssertHoldsNoSecret(error.ToString());
        Assert.That(error.Message, Does.Contain(code).And.Contain("request-1"));
    }

    /// <summary>Other servers and proxies put this into their messages.</summary>
    [TestCase($"The Authorization header 'AWS4-HMAC-SHA256 Credential={AccessKey}/20261122/eu-central-1/s3/aws4_request, " +
        $"SignedHeaders=host, Signature={Signature}' is bad.")]
    [TestCase($"Signature {Signature} of {AccessKey} is wrong.")]
    [TestCase($"No such session: X-Amz-Security-Token={Token}&amp;X-Amz-Signature={Signature}")]
    public async Task Nor_is_what_a_server_repeats_in_its_sentence_in_the_message(string sentence)
    {
        foreach (string code in new[] { "InvalidArgument", "AccessDenied", "SignatureDoesNotMatch" })
        {
            StorageException error = await FailWithAsync($"<Error><Code>{code}</Code><Message>{sentence}</Message></Error>");

            AssertHoldsNoSecret(error.Message);
        }
    }

    [Test]
    public async Task An_answer_that_is_no_XML_is_not_repeated()
    {
        var wire = new StubTransport(_ => StubAnswer.Html(
            $"<html>Denied by the proxy: Authorization: AWS4-HMAC-SHA256 Credential={AccessKey}/x, Signature={Signature}</html>", 403));

        StorageException error = await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => CreateBucket(wire).GetAsync("key"));

        AssertHoldsNoSecret(error.Message);
        Assert.That(error.Message, Does.Not.Contain("<html>").And.Contain("403"));
    }

    [TestCase("InvalidAccessKeyId", nameof(AwsBackendOptions.AccessKeyId))]
    [TestCase("SignatureDoesNotMatch", nameof(AwsBackendOptions.SecretAccessKey))]
    [TestCase("ExpiredToken", nameof(AwsBackendOptions.SessionToken))]
    [TestCase("InvalidToken", nameof(AwsBackendOptions.SessionToken))]
    [TestCase("RequestTimeTooSkewed", "clock")]
    public async Task A_credential_that_is_refused_is_named_by_its_option(string code, string option)
    {
        StorageException error = await FailWithAsync($"<Error><Code>{code}</Code><Message>Told by the stub.</Message></Error>");

        Assert.That((error.Code, error.ProviderCode), Is.EqualTo((StorageErrorCode.AuthenticationFailed, code)));
        Assert.That(error.Message, Does.Contain(option));
    }

    private static Task<StorageException> FailWithAsync(string xml) =>
        StorageAssert.ThrowsAsync<StorageException>(() => CreateBucket(new StubTransport(_ => StubAnswer.Xml(xml, 403))).GetAsync("key"));

    private static Bucket CreateBucket(StubTransport wire) =>
        wire.CreateBucket(
            static options => (options.AccessKeyId, options.SecretAccessKey, options.SessionToken) = (AccessKey, Secret, Token));

    private static void AssertHoldsNoSecret(string text) =>
        Assert.That(text, Does.Not.Contain(Secret).And.Not.Contain(Token).And.Not.Contain(Signature).And.Not.Contain(AccessKey));
}
