using Google.Apis.Auth.OAuth2;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// The options of the Google backend: which upstream bucket, with which credential, and how buckets are mapped. Validated when the
/// application starts, or when <see cref="GcpStore"/> makes a store; contradictory settings are refused.
/// </summary>
/// <remarks>
/// The credential is the one that is set of <see cref="CredentialsFile"/>, <see cref="CredentialFactory"/> and
/// <see cref="UnauthenticatedAccess"/>, at most one; and the application default credentials when none is. A client of the application's
/// own takes the place of all of them.
/// <para>
/// Presigned URLs need a service account. Its key signs for 7 days without a request. For an impersonated account, and for the account of a
/// machine of Google's, IAM signs for 12 hours ("Create signatures", Cloud Storage documentation). Other credentials cannot sign:
/// <see cref="StorageErrorCode.NotSupported"/>.
/// </para>
/// </remarks>
public sealed class GcpBackendOptions
{
    /// <summary>
    /// The upstream bucket that all buckets share; required with <see cref="GcpBucketMapping.SharedContainer"/>, not allowed with
    /// <see cref="GcpBucketMapping.ContainerPerBucket"/>. Default: none.
    /// </summary>
    public string? Bucket { get; set; }

    /// <summary>
    /// The project in which buckets are made and listed; required with <see cref="GcpBucketMapping.ContainerPerBucket"/>, else not used.
    /// Default: none.
    /// </summary>
    public string? ProjectId { get; set; }

    /// <summary>
    /// What the names of all objects of this store begin with: empty, or segments of letters, digits, <c>-</c>, <c>_</c> and inner dots
    /// that each end with a slash; at most 60 characters. Nothing outside it is read or written. Default: empty.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// A file with a credential as JSON: a service account's key, workload identity federation, or impersonation. Read at the first
    /// request. Default: none.
    /// </summary>
    public string? CredentialsFile { get; set; }

    /// <summary>
    /// Gives the credential, e.g. <c>sp => sp.GetRequiredService&lt;GoogleCredential&gt;()</c>. Called once. Default: none.
    /// </summary>
    public Func<IServiceProvider, GoogleCredential>? CredentialFactory { get; set; }

    /// <summary>Whether requests carry no credential: for emulators, and for public buckets. Default: <see langword="false"/>.</summary>
    public bool UnauthenticatedAccess { get; set; }

    /// <summary>
    /// The root of the JSON API, e.g. of a private endpoint or an emulator. Default: <c>https://storage.googleapis.com/</c>.
    /// </summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>
    /// Gives the handler that sends requests, e.g. <c>sp =>
    /// sp.GetRequiredService&lt;IHttpMessageHandlerFactory&gt;().CreateHandler("gcs")</c>. Called once; what it gives is not disposed. It
    /// must neither decompress nor retry by itself, because tries would multiply. Default: one of the backend's own.
    /// </summary>
    public Func<IServiceProvider, HttpMessageHandler>? HandlerFactory { get; set; }

    /// <summary>What a bucket is. Default: <see cref="GcpBucketMapping.SharedContainer"/>.</summary>
    public GcpBucketMapping BucketMapping { get; set; }

    /// <summary>
    /// The storage class of objects that are written without one, and of buckets that are made: <c>STANDARD</c>, <c>NEARLINE</c>, …
    /// Default: the upstream bucket's.
    /// </summary>
    public string? StorageClass { get; set; }

    /// <summary>
    /// The location of buckets that are made, with <see cref="GcpBucketMapping.ContainerPerBucket"/>: <c>EU</c>, <c>europe-west3</c>, …
    /// Default: the service's, <c>US</c>.
    /// </summary>
    public string? Location { get; set; }

    /// <summary>
    /// The Cloud KMS key with which objects are encrypted: <c>projects/…/locations/…/keyRings/…/cryptoKeys/…</c>. Default: the upstream
    /// bucket's.
    /// </summary>
    public string? KmsKeyName { get; set; }

    /// <summary>
    /// The project that pays for requests, by its id or number; buckets with requester pays need it. Default: none, the owner of the
    /// upstream bucket pays.
    /// </summary>
    public string? UserProject { get; set; }

    /// <summary>As they are now: a store does not change with the options that it was made from.</summary>
    internal GcpBackendOptions Snapshot() => (GcpBackendOptions)MemberwiseClone();
}
