using Amazon.S3;

namespace BleepStore.Storage.Aws;

/// <summary>
/// The options of the S3 backend, which are the bucket, the region, the credential and the mapping of buckets. They are validated when the
/// application starts, or when <see cref="AwsStore"/> creates a store. Contradictory settings are refused.
/// </summary>
/// <remarks>
/// The credential is <see cref="AccessKeyId"/> with <see cref="SecretAccessKey"/>, or <see cref="Profile"/>. When neither is set, the SDK's
/// default chain finds it (environment, shared files, web identity, container, instance). A client from the application replaces all of
/// them.
/// </remarks>
public sealed class AwsBackendOptions
{
    /// <summary>
    /// The upstream bucket that all buckets share. It is required with <see cref="AwsBucketMapping.SharedContainer"/>, and not allowed with
    /// <see cref="AwsBucketMapping.ContainerPerBucket"/>. Directory buckets are refused. The default is none.
    /// </summary>
    public string? Bucket { get; set; }

    /// <summary>
    /// The upstream prefix of the names of all objects of this store. It is empty, or consists of segments of letters, digits, <c>-</c>,
    /// <c>_</c> and inner dots that each end with a slash. It has at most 60 characters. The store reads and writes nothing outside it. The
    /// default is empty.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// The region, e.g. <c>eu-central-1</c>. With <see cref="ServiceUrl"/>, it is the region that requests are signed for. By default the
    /// SDK finds it (<c>AWS_REGION</c>, the profile). With <see cref="ServiceUrl"/>, the default is <c>us-east-1</c>.
    /// </summary>
    public string? Region { get; set; }

    /// <summary>
    /// The endpoint of a server other than Amazon's, or a private endpoint of Amazon's, such as <c>https://s3.example.com</c>. The default
    /// is the region's.
    /// </summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>
    /// Whether the bucket is in the path instead of the host name. The default is <see langword="true"/> with
    /// <see cref="AwsCompatibility.S3Compatible"/>, otherwise <see langword="false"/>.
    /// </summary>
    public bool? ForcePathStyle { get; set; }

    /// <summary>
    /// The kind of server. By default it follows from the endpoint, including one from <see cref="ConfigureClient"/> or the SDK's own
    /// settings. It is <see cref="AwsCompatibility.Aws"/> for Amazon's endpoints and <see cref="AwsCompatibility.S3Compatible"/> for
    /// others.
    /// </summary>
    public AwsCompatibility? Compatibility { get; set; }

    /// <summary>The id of an access key. It requires <see cref="SecretAccessKey"/>. The default is none.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>The access key's secret. Prefer a profile or the default chain. The default is none.</summary>
    public string? SecretAccessKey { get; set; }

    /// <summary>The session token of a temporary access key. It is a secret. The default is none.</summary>
    public string? SessionToken { get; set; }

    /// <summary>
    /// Returns a temporary credential, and is called again some minutes before that expires. It replaces <see cref="AccessKeyId"/>,
    /// <see cref="SecretAccessKey"/> and <see cref="SessionToken"/>. Requests wait while it runs. It serves all of them, so a request's
    /// cancellation does not stop it. Presigned URLs and forms expire with the credential at the latest. The default is none.
    /// </summary>
    public Func<CancellationToken, Task<AwsTemporaryCredential>>? RenewCredential { get; set; }

    /// <summary>
    /// The name of a profile in the shared configuration files, as <c>aws configure</c> writes them. The default is none.
    /// </summary>
    public string? Profile { get; set; }

    /// <summary>
    /// Changes the SDK's own configuration (retries, timeout, proxy, HTTP client) before the client is created. By default nothing is
    /// changed.
    /// </summary>
    public Action<AmazonS3Config>? ConfigureClient { get; set; }

    /// <summary>How a bucket maps to the upstream. The default is <see cref="AwsBucketMapping.SharedContainer"/>.</summary>
    public AwsBucketMapping BucketMapping { get; set; }

    /// <summary>How S3 encrypts new objects. The default is <see cref="AwsEncryption.BucketDefault"/>.</summary>
    public AwsEncryption Encryption { get; set; }

    /// <summary>
    /// The id or ARN of the KMS key. Only with <see cref="AwsEncryption.Kms"/>. The default is the account's own key for S3.
    /// </summary>
    public string? KmsKeyId { get; set; }

    /// <summary>
    /// The key for SSE-C, 256 bits in Base64. It is a secret. It is required with <see cref="AwsEncryption.CustomerKey"/>, which needs
    /// https. Every request contains the key, so the store presigns no upstream URLs. The default is none.
    /// </summary>
    public string? CustomerKey { get; set; }

    /// <summary>
    /// The storage class of objects whose writer names none, such as <c>STANDARD_IA</c> or <c>INTELLIGENT_TIERING</c>. The default is S3's
    /// own, <c>STANDARD</c>.
    /// </summary>
    public string? StorageClass { get; set; }

    /// <summary>
    /// Whether to pay for requests to other owners' buckets that require it ("Requester Pays buckets", Amazon S3 User Guide). Presigned
    /// URLs then contain this too. Forms cannot contain it, so they are not signed. The default is <see langword="false"/>.
    /// </summary>
    public bool RequesterPays { get; set; }

    /// <summary>Returns a copy, because later changes of the options must not affect the store.</summary>
    internal AwsBackendOptions Snapshot() => (AwsBackendOptions)MemberwiseClone();
}
