using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>The account of the tests on a server.</summary>
internal sealed record S3Account(Uri Url, string AccessKey, string SecretKey, AwsCompatibility Compatibility)
{
    public const string DefaultRegion = "us-east-1";

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; init; } = DefaultRegion;

    /// <summary>A bare client, beside the library.</summary>
    public AmazonS3Client Client(HttpClientFactory? http = null, int? maxErrorRetry = null)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = Url.AbsoluteUri,
            AuthenticationRegion = Region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = http,
        };
        if (maxErrorRetry is { } most)
        {
            config.MaxErrorRetry = most;
        }

        return new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey), config);
    }

    /// <summary>A bucket that nobody else uses.</summary>
    public async Task<string> CreateBucketAsync()
    {
        string name = $"store-{Guid.NewGuid():N}"[..22];
        using AmazonS3Client client = Client();
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name });
        return name;
    }

    /// <summary>Options of the library for this account.</summary>
    public AwsBackendOptions Options(string? bucket) => new()
    {
        ServiceUrl = Url,
        Region = Region,
        AccessKeyId = AccessKey,
        SecretAccessKey = SecretKey,
        Compatibility = Compatibility,
        ForcePathStyle = true,
        Bucket = bucket,
        BucketMapping = bucket is null ? AwsBucketMapping.ContainerPerBucket : AwsBucketMapping.SharedContainer,
    };
}
