using Amazon.S3;

namespace BleepStore.Storage.Aws;

/// <summary>
/// The options of the S3 backend: which bucket and region, with which credential, and how buckets are mapped. Validated when the
/// application starts, or when <see cref="AwsStore"/> makes a store; contradictory settings are refused.
/// </summary>
/// <remarks>
/// The credential is <see cref="AccessKeyId"/> with <see cref="SecretAccessKey"/>, or <see cref="Profile"/>, or, when neither is set, what
/// the SDK's default chain finds (environment, shared files, web identity, container, instance). A client of the application's own takes
/// the place of all of them.
/// </remarks>
public sealed class AwsBackendOptions
{
    /// <summary>
    /// The upstream bucket that all buckets share; required with <see cref="AwsBucketMapping.SharedContainer"/>, not allowed with
    /// <see cref="AwsBucketMapping.ContainerPerBucket"/>. Directory buckets are refused. Default: none.
    /// </summary>
    public string? Bucket { get; set; }

    /// <summary>
    /// What the names of all objects of this store begin with upstream: empty, or segments of letters, digits, <c>-</c>, <c>_</c> and inner
    /// dots that each end with a slash; at most 60 characters. Nothing outside it is read or written. Default: empty.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// The region, e.g. <c>eu-central-1</c>; with <see cref="ServiceUrl"/>, the one that requests are signed for. Default: what the SDK
    /// finds (<c>AWS_REGION</c>, the profile); with <see cref="ServiceUrl"/>, <c>us-east-1</c>.
    /// </summary>
    public string? Region { get; set; }

    /// <summary>
    /// The endpoint of another server than Amazon's, or a private one of Amazon's: <c>https://s3.example.com</c>. Default: the region's.
    /// </summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>
    /// Whether the bucket stands in the path and not in the host's name. Default: <see langword="true"/> with
    /// <see cref="AwsCompatibility.S3Compatible"/>, otherwise <see langword="false"/>.
    /// </summary>
    public bool? ForcePathStyle { get; set; }

    /// <summary>
    /// Who answers. Default: follows from the endpoint, also from one that <see cref="ConfigureClient"/> or the SDK's own settings name:
    /// <see cref="AwsCompatibility.Aws"/> for Amazon's and <see cref="AwsCompatibility.S3Compatible"/> for others.
    /// </summary>
    public AwsCompatibility? Compatibility { get; set; }

    /// <summary>The id of an access key. Needs <see cref="SecretAccessKey"/>. Default: none.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>The access key's secret. Prefer a profile or the default chain. Default: none.</summary>
    public string? SecretAccessKey { get; set; }

    /// <summary>The session token of a temporary access key. A secret. Default: none.</summary>
    public string? SessionToken { get; set; }

    /// <summary>
    /// Returns a temporary credential, and is called again some minutes before that expires. Takes the place of <see cref="AccessKeyId"/>,
    /// <see cref="SecretAccessKey"/> and <see cref="SessionToken"/>. Requests wait while it runs; it serves all of them, so no request's
    /// cancellation stops it. Presigned URLs and forms expire with the credential at the latest. Default: none.
    /// </summary>
    public Func<CancellationToken, Task<AwsTemporaryCredential>>? RenewCredential { get; set; }

    /// <summary>The name of a profile in the shared configuration files, as <c>aws configure</c> writes them. Default: none.</summary>
    public string? Profile { get; set; }

    /// <summary>
    /// Changes the SDK's own configuration (retries, timeout, proxy, HTTP client) before the client is made. Default: nothing is changed.
    /// </summary>
    public Action<AmazonS3Config>? ConfigureClient { get; set; }

    /// <summary>What a bucket is. Default: <see cref="AwsBucketMapping.SharedContainer"/>.</summary>
    public AwsBucketMapping BucketMapping { get; set; }

    /// <summary>How S3 encrypts what is written. Default: <see cref="AwsEncryption.BucketDefault"/>.</summary>
    public AwsEncryption Encryption { get; set; }

    /// <summary>The id or ARN of the KMS key. Only with <see cref="AwsEncryption.Kms"/>. Default: the account's own key for S3.</summary>
    public string? KmsKeyId { get; set; }

    /// <summary>
    /// The key for SSE-C: 256 bits in Base64. A secret; required with <see cref="AwsEncryption.CustomerKey"/>, which needs https. Every
    /// request has the key, so the store presigns nothing of the upstream. Default: none.
    /// </summary>
    public string? CustomerKey { get; set; }

    /// <summary>
    /// The storage class of objects whose writer names none: <c>STANDARD_IA</c>, <c>INTELLIGENT_TIERING</c>. Default: S3's own,
    /// <c>STANDARD</c>.
    /// </summary>
    public string? StorageClass { get; set; }

    /// <summary>
    /// Whether to pay for requests to other people's buckets that ask for it ("Requester Pays buckets", Amazon S3 User Guide). Presigned
    /// URLs say so too. Forms cannot, and are not signed. Default: <see langword="false"/>.
    /// </summary>
    public bool RequesterPays { get; set; }

    /// <summary>As they are now: a store does not change with the options that it was made from.</summary>
    internal AwsBackendOptions Snapshot() => (AwsBackendOptions)MemberwiseClone();
}
