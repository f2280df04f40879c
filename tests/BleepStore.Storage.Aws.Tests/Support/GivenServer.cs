namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>A server that the environment names, to run the suite against instead of Ceph. CONTRIBUTING has the variables.</summary>
internal static class GivenServer
{
    private const string Url = "BLEEPSTORE_TEST_S3_URL";
    private const string AccessKey = "BLEEPSTORE_TEST_S3_ACCESS_KEY";
    private const string SecretKey = "BLEEPSTORE_TEST_S3_SECRET_KEY";

    public static bool IsSet => Read(Url) is not null;

    /// <summary>The bucket that stores with a shared one use; otherwise each makes a bucket of its own.</summary>
    public static string? Bucket => Read("BLEEPSTORE_TEST_S3_BUCKET");

    public static S3Account Account
    {
        get
        {
            var url = new Uri(Require(Url));
            bool isAmazons = url.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase);
            return new S3Account(
                url, Require(AccessKey), Require(SecretKey), isAmazons ? AwsCompatibility.Aws : AwsCompatibility.S3Compatible)
            {
                Region = Read("BLEEPSTORE_TEST_S3_REGION") ?? S3Account.DefaultRegion,
            };
        }
    }

    private static string Require(string name) =>
        Read(name) ?? throw new InvalidOperationException($"{Url} is set, so {name} must be set as well.");

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
