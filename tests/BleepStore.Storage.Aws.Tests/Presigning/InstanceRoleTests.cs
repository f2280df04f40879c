using System.Globalization;
using System.Net;
using System.Reflection;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Presigning;

/// <summary>
/// Tests that no signature outlives the credential of an EC2 instance role. The SDK finds the instance's metadata by the environment of the
/// process, so these tests run alone.
/// </summary>
[NonParallelizable]
public sealed class InstanceRoleTests
{
    private const string Variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    private const string Roles = "/latest/meta-data/iam/security-credentials";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Test]
    public async Task Nothing_outlives_the_credential_of_an_instance_role()
    {
        DateTimeOffset end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddHours(6).ToUnixTimeSeconds());
        string accessKey = "first";
        int asked = 0;
        await using var instance = new StubServer(request =>
        {
            asked += request.Uri.AbsolutePath == Roles + "/role" ? 1 : 0;
            return Answer(request, accessKey, end);
        });
        string? before = Environment.GetEnvironmentVariable(Variable);
        Set(instance.Address.AbsoluteUri.TrimEnd('/'));
        try
        {
            AWSCredentials role = OfInstance();
            await using ObjectStore store = AwsStore.Create(new AwsBackendOptions
            {
                Region = "eu-west-3",
                Bucket = "upstream",
                ConfigureClient = config => config.DefaultAWSCredentials = role,
            });
            await role.GetCredentialsAsync();

            // The instance has a new credential, and the SDK still signs by the old one.
            accessKey = "second";
            PresignedUrl old = await store.GetBucket("bucket").PresignAsync("key", PresignMethod.Get, Day);
            accessKey = "first";
            PresignedUrl url = await store.GetBucket("bucket").PresignAsync("key", PresignMethod.Get, Day);
            int known = asked;
            PresignedPost form = await store.GetBucket("bucket").PresignPostAsync("key", Day);

            Assert.That(SignatureVersion4.QueryOf(url.Url.AbsoluteUri)["X-Amz-Credential"], Does.StartWith("first/"));
            Assert.That(url.ExpiresAt, Is.LessThanOrEqualTo(end).And.GreaterThan(end.AddSeconds(-3)));
            Assert.That(form.ExpiresAt, Is.LessThanOrEqualTo(end).And.GreaterThan(end.AddSeconds(-3)));
            Assert.That(old.ExpiresAt, Is.EqualTo(DateTimeOffset.UtcNow.AddMinutes(3)).Within(TimeSpan.FromSeconds(30)));
            Assert.That(asked, Is.EqualTo(known), "the instance is asked once for each access key");
        }
        finally
        {
            Set(before);
        }
    }

    /// <summary>The SDK reads its environment once, until it is told to read it again.</summary>
    private static void Set(string? endpoint)
    {
        Environment.SetEnvironmentVariable(Variable, endpoint);
        FallbackInternalConfigurationFactory.Reset();
    }

    /// <summary>The credential that ends the SDK's default chain. Its type is internal.</summary>
    private static AWSCredentials OfInstance() => (AWSCredentials)typeof(AWSCredentials).Assembly
        .GetType("Amazon.Runtime.DefaultInstanceProfileAWSCredentials", throwOnError: true)!
        .GetProperty("Instance", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)!
        .GetValue(null)!;

    private static HttpResponseMessage Answer(SentRequest request, string accessKey, DateTimeOffset end) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(request.Uri.AbsolutePath.TrimEnd('/') switch
        {
            "/latest/api/token" => "token",
            Roles => "role",
            _ => $$"""
                {"Code":"Success","Type":"AWS-HMAC","LastUpdated":"2026-11-30T00:00:00Z","AccessKeyId":"{{accessKey}}",
                "SecretAccessKey":"secret","Token":"token",
                "Expiration":"{{end.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}}"}
                """,
        }),
    };
}
