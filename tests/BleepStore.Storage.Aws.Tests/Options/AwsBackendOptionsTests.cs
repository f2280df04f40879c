using Microsoft.Extensions.Options;

namespace BleepStore.Storage.Aws.Tests.Options;

public sealed class AwsBackendOptionsTests
{
    private static readonly string CustomerKey = Convert.ToBase64String(new byte[32]);

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("Bucket is required", static o => o.Bucket = null);
        yield return Case("Bucket is the directory bucket", static o => o.Bucket = "base--use1-az4--x-s3");
        yield return Case("Bucket is 'a b'", static o => o.Bucket = "a b");
        yield return Case("Bucket is set, but with ContainerPerBucket", static o => o.BucketMapping = AwsBucketMapping.ContainerPerBucket);
        yield return Case("BucketMapping is 7", static o => o.BucketMapping = (AwsBucketMapping)7);
        yield return Case("Prefix must end with a slash", static o => o.Prefix = "pre");
        yield return Case("Prefix has a segment", static o => o.Prefix = "../");
        yield return Case("ServiceUrl must be", static o => o.ServiceUrl = new Uri("https://user:secret@s3.example.com"));
        yield return Case("ServiceUrl must be", static o => o.ServiceUrl = new Uri("ftp://s3.example.com"));
        yield return Case("Compatibility is 7", static o => o.Compatibility = (AwsCompatibility)7);
        yield return Case("AccessKeyId and SecretAccessKey belong together", static o => o.AccessKeyId = "id");
        yield return Case("SessionToken is set without", static o => o.SessionToken = "secret");
        yield return Case("AccessKeyId and Profile", static o => (o.AccessKeyId, o.SecretAccessKey, o.Profile) = ("id", "secret", "name"));
        yield return Case("Encryption is 7", static o => o.Encryption = (AwsEncryption)7);
        yield return Case("KmsKeyId is set", static o => o.KmsKeyId = "id");
        yield return Case("CustomerKey is set", static o => o.CustomerKey = CustomerKey);
        yield return Case(
            "CustomerKey must be 256 bits", static o => (o.Encryption, o.CustomerKey) = (AwsEncryption.CustomerKey, "secret"));
        yield return Case("ServiceUrl is plain http", static o => (o.Encryption, o.CustomerKey, o.ServiceUrl) = (
            AwsEncryption.CustomerKey, CustomerKey, new Uri("http://127.0.0.1")));
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_rule_names_the_store_the_option_and_no_secret(string expected, Action<AwsBackendOptions> change)
    {
        var options = new AwsBackendOptions { Bucket = "upstream" };
        change(options);

        ValidateOptionsResult result = new AwsBackendOptionsValidator("media", hasGivenClient: false).Validate("media", options);

        Assert.That(
            result.FailureMessage,
            Does.Contain("store 'media'").And.Contain(expected).And.Not.Contain("secret").And.Not.Contain(CustomerKey));
        Assert.That(() => AwsStore.Create(options), Throws.ArgumentException);
    }

    [Test]
    public void A_client_that_is_given_leaves_nothing_in_the_options()
    {
        using var client = new Amazon.S3.AmazonS3Client(new Amazon.Runtime.AnonymousAWSCredentials(), Amazon.RegionEndpoint.EUCentral1);
        var options = new AwsBackendOptions { Bucket = "upstream" };
        AwsStore.Create(client, options).Dispose();
        options.Region = "eu-central-1";

        Assert.That(
            () => AwsStore.Create(client, options),
            Throws.ArgumentException.With.Message.Contains("Region cannot be set together with a given client"));
        Assert.That(AwsBackendOptionsValidator.Faults(options), Is.Empty);
        Assert.That(
            new AwsBackendOptionsValidator("media", hasGivenClient: true).Validate("media", options).FailureMessage,
            Does.Contain("Region cannot be set together with a given client"));
        Assert.That(new AwsBackendOptionsValidator("media", hasGivenClient: true).Validate("other", options).Skipped, Is.True);
    }

    [Test]
    public void Good_options_are_good()
    {
        foreach (AwsBackendOptions options in new AwsBackendOptions[]
        {
            new() { Bucket = "upstream", Prefix = "a/b-c/" },
            new() { Bucket = "arn:aws:s3:eu-central-1:123456789012:accesspoint/mine" },
            new() { BucketMapping = AwsBucketMapping.ContainerPerBucket, Profile = "work" },
            new() { Bucket = "upstream", Encryption = AwsEncryption.CustomerKey, CustomerKey = CustomerKey },
            new() { Bucket = "upstream", Encryption = AwsEncryption.Kms, KmsKeyId = "id" },
        })
        {
            Assert.That(AwsBackendOptionsValidator.Faults(options), Is.Empty);
        }
    }

    private static TestCaseData Case(string expected, Action<AwsBackendOptions> change) =>
        new TestCaseData(expected, change).SetArgDisplayNames(expected);
}
