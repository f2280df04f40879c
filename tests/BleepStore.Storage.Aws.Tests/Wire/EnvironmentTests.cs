using Amazon.S3;
using BleepStore.Storage.Aws.Wire;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>Tests the SDK's settings from the environment. They run alone, because the environment belongs to the process.</summary>
[NonParallelizable]
public sealed class EnvironmentTests
{
    [TestCase("AWS_ENDPOINT_URL_S3")]
    [TestCase("AWS_ENDPOINT_URL")]
    public void Who_answers_follows_also_from_an_endpoint_in_the_environment(string variable)
    {
        string? before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "https://ceph.example.com");
        try
        {
            using var clients = AwsClients.FromOptions(
                new AwsBackendOptions { Region = "eu-central-1", AccessKeyId = "id", SecretAccessKey = "secret" }, time: null);

            Assert.That(clients.Compatibility, Is.EqualTo(AwsCompatibility.S3Compatible));
            Assert.That(
                (((AmazonS3Config)clients.Client.Config).ForcePathStyle, clients.Client.Config.AuthenticationRegion),
                Is.EqualTo((true, "eu-central-1")));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }
}
