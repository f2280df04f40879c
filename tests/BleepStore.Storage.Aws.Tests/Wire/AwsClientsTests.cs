using Amazon.S3;
using BleepStore.Storage.Aws.Wire;

namespace BleepStore.Storage.Aws.Tests.Wire;

public sealed class AwsClientsTests
{
    [TestCase(null, false, AwsCompatibility.Aws)]
    [TestCase("https://s3.eu-central-1.amazonaws.com", false, AwsCompatibility.Aws)]
    [TestCase("https://bucket.vpce-1.s3.eu-central-1.vpce.amazonaws.com", false, AwsCompatibility.Aws)]
    [TestCase("https://s3.example.com", true, AwsCompatibility.S3Compatible)]
    [TestCase("https://amazonaws.com.example.com", true, AwsCompatibility.S3Compatible)]
    public void Who_answers_follows_from_the_endpoint(string? url, bool pathStyle, AwsCompatibility expected)
    {
        using var clients = AwsClients.FromOptions(
            new AwsBackendOptions
            {
                ServiceUrl = url is null ? null : new Uri(url),
                Region = "eu-central-1",
                AccessKeyId = "id",
                SecretAccessKey = "secret",
            }, time: null);

        Assert.That(clients.Compatibility, Is.EqualTo(expected));
        Assert.That(((AmazonS3Config)clients.Client.Config).ForcePathStyle, Is.EqualTo(pathStyle));
        Assert.That(clients.Client.Config.Timeout, Is.EqualTo(Timeout.InfiniteTimeSpan));
    }

    [TestCase("https://ceph.example.com", true, AwsCompatibility.S3Compatible)]
    [TestCase("https://s3.eu-central-1.amazonaws.com", false, AwsCompatibility.Aws)]
    public void Who_answers_follows_also_from_an_endpoint_that_the_hook_names(string url, bool pathStyle, AwsCompatibility expected)
    {
        using var clients = AwsClients.FromOptions(
            new AwsBackendOptions
            {
                Region = "eu-central-1",
                AccessKeyId = "id",
                SecretAccessKey = "secret",
                ConfigureClient = config => config.ServiceURL = url,
            }, time: null);

        Assert.That(clients.Compatibility, Is.EqualTo(expected));
        Assert.That(
            (((AmazonS3Config)clients.Client.Config).ForcePathStyle, clients.Client.Config.AuthenticationRegion),
            Is.EqualTo((pathStyle, "eu-central-1")));
    }

    [Test]
    public void What_the_options_and_the_hook_say_stands()
    {
        using var byOptions = AwsClients.FromOptions(new AwsBackendOptions
        {
            Region = "eu-central-1",
            ForcePathStyle = false,
            Compatibility = AwsCompatibility.Aws,
            AccessKeyId = "id",
            SecretAccessKey = "secret",
            ConfigureClient = static config => config.ServiceURL = "https://ceph.example.com",
        }, time: null);
        using var byHook = AwsClients.FromOptions(new AwsBackendOptions
        {
            ServiceUrl = new Uri("https://ceph.example.com"),
            AccessKeyId = "id",
            SecretAccessKey = "secret",
            ConfigureClient = static config => (config.ForcePathStyle, config.AuthenticationRegion) = (false, "zone-1"),
        }, time: null);

        Assert.That(
            (byOptions.Compatibility, ((AmazonS3Config)byOptions.Client.Config).ForcePathStyle), Is.EqualTo((AwsCompatibility.Aws, false)));
        Assert.That(
            (byHook.Compatibility, ((AmazonS3Config)byHook.Client.Config).ForcePathStyle),
            Is.EqualTo((AwsCompatibility.S3Compatible, false)));
        Assert.That(byHook.Client.Config.AuthenticationRegion, Is.EqualTo("zone-1"));
    }
}
