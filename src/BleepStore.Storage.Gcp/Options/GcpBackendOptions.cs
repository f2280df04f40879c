using Google.Apis.Auth.OAuth2;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// The options of the Google backend, which are the upstream bucket, the credential and the mapping of buckets. They are validated when the
/// application starts, or when <see cref="GcpStore"/> creates a store. Contradictory settings are refused.
/// </summary>
/// <remarks>
/// The credential is one of <see cref="CredentialsFile"/>, <see cref="CredentialFactory"/> and <see cref="UnauthenticatedAccess"/>, of
/// which at most one may be set. When none is set, it is the application default credentials. A client from the application replaces all of
/// them.
/// <para>
/// Presigned URLs need a service account. Its key signs for 7 days without a request. For an impersonated account, and for the account of a
/// Google machine, IAM signs for 12 hours ("Create signatures", Cloud Storage documentation). Other credentials cannot sign, which fails
/// with <see cref="StorageErrorCode.NotSupported"/>.
/// </para>
/// </remarks>
public sealed class GcpBackendOptions
{
    /// <summary>
    /// The upstream bucket that all buckets share. It is required with <see cref="GcpBucketMapping.SharedContainer"/>, and not allowed with
    /// <see cref="GcpBucketMapping.ContainerPerBucket"/>. The default is none.
    /// </summary>
    public string? Bucket { get; set; }

    /// <summary>
    /// The project in which buckets are created and listed. It is required with <see cref="GcpBucketMapping.ContainerPerBucket"/>, and
    /// otherwise unused. The default is none.
    /// </summary>
    public string? ProjectId { get; set; }

    /// <summary>
    /// The prefix of the names of all objects of this store. It is empty, or consists of segments of letters, digits, <c>-</c>, <c>_</c>
    /// and inner dots that each end with a slash. It has at most 60 characters. The store reads and writes nothing outside it. The default
    /// is empty.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// A file with a credential as JSON. It is a service account's key, workload identity federation, or impersonation. It is read at the
    /// first request. The default is none.
    /// </summary>
    public string? CredentialsFile { get; set; }

    /// <summary>
    /// Returns the credential, e.g. <c>sp => sp.GetRequiredService&lt;GoogleCredential&gt;()</c>. It is called once. The default is none.
    /// </summary>
    public Func<IServiceProvider, GoogleCredential>? CredentialFactory { get; set; }

    /// <summary>
    /// Whether requests carry no credential, as for emulators and public buckets. The default is <see langword="false"/>.
    /// </summary>
    public bool UnauthenticatedAccess { get; set; }

    /// <summary>
    /// The root of the JSON API, e.g. of a private endpoint or an emulator. The default is <c>https://storage.googleapis.com/</c>.
    /// </summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>
    /// Returns the handler that sends requests, e.g. <c>sp =>
    /// sp.GetRequiredService&lt;IHttpMessageHandlerFactory&gt;().CreateHandler("gcs")</c>. It is called once. The returned handler is not
    /// disposed. It must neither decompress nor retry by itself, because attempts would multiply. By default the backend creates its own.
    /// </summary>
    public Func<IServiceProvider, HttpMessageHandler>? HandlerFactory { get; set; }

    /// <summary>How a bucket maps to the upstream. The default is <see cref="GcpBucketMapping.SharedContainer"/>.</summary>
    public GcpBucketMapping BucketMapping { get; set; }

    /// <summary>
    /// The storage class of objects that are written without one, and of new buckets, such as <c>STANDARD</c> or <c>NEARLINE</c>. The
    /// default is that of the upstream bucket.
    /// </summary>
    public string? StorageClass { get; set; }

    /// <summary>
    /// The location of new buckets with <see cref="GcpBucketMapping.ContainerPerBucket"/>, such as <c>EU</c> or <c>europe-west3</c>. The
    /// default is the service's, <c>US</c>.
    /// </summary>
    public string? Location { get; set; }

    /// <summary>
    /// The Cloud KMS key that encrypts objects, as in <c>projects/…/locations/…/keyRings/…/cryptoKeys/…</c>. The default is the upstream
    /// bucket's.
    /// </summary>
    public string? KmsKeyName { get; set; }

    /// <summary>
    /// The project that pays for requests, by its id or number. Buckets with requester pays need it. The default is none, so the owner of
    /// the upstream bucket pays.
    /// </summary>
    public string? UserProject { get; set; }

    /// <summary>Returns a copy, because later changes of the options must not affect the store.</summary>
    internal GcpBackendOptions Snapshot() => (GcpBackendOptions)MemberwiseClone();
}
