using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace BleepStore.Storage.Azure;

/// <summary>
/// The options of the Azure backend: which account and container, with which credential, and how buckets are mapped. Validated when the
/// application starts, or when <see cref="AzureStore"/> makes a store; contradictory settings are refused.
/// </summary>
/// <remarks>
/// The credential is the first that is set of: <see cref="ConnectionString"/>, <see cref="SasToken"/>, <see cref="SasTokenFactory"/>,
/// managed identity (<see cref="UseManagedIdentity"/>, <see cref="ManagedIdentityClientId"/>), <see cref="CredentialFactory"/>; and
/// <c>DefaultAzureCredential</c> when none is. At most one may be set. A client of the application's own takes the place of all of them.
/// </remarks>
public sealed class AzureBackendOptions
{
    /// <summary>
    /// The account's blob endpoint, e.g. <c>https://media.blob.core.windows.net</c>. No query: a SAS goes into <see cref="SasToken"/>.
    /// Default: follows from <see cref="AccountName"/> or <see cref="ConnectionString"/>.
    /// </summary>
    public Uri? AccountUrl { get; set; }

    /// <summary>
    /// The account's name, 3 to 24 lower-case letters and digits, for <c>https://{name}.blob.core.windows.net</c>. In other clouds set
    /// <see cref="AccountUrl"/>. Default: none.
    /// </summary>
    public string? AccountName { get; set; }

    /// <summary>
    /// The container that all buckets share; required with <see cref="AzureBucketMapping.SharedContainer"/>, not allowed with
    /// <see cref="AzureBucketMapping.ContainerPerBucket"/>. 3 to 63 lower-case letters, digits and single hyphens. Default: none.
    /// </summary>
    public string? Container { get; set; }

    /// <summary>
    /// What the names of all blobs of this store begin with: empty, or segments of letters, digits, <c>-</c>, <c>_</c> and inner dots that
    /// each end with a slash; at most 60 characters. Nothing outside it is read or written. Default: empty.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// A connection string with account key or SAS, as the portal shows it. A secret: prefer a credential. Default: none.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>A shared access signature, with or without its question mark. A secret. Default: none.</summary>
    public string? SasToken { get; set; }

    /// <summary>
    /// Gives a shared access signature, with or without its question mark. Called before every request, so that a signature is renewed
    /// before it expires: return the same one while it is good, without waiting. For <see cref="AccountUrl"/> or <see cref="AccountName"/>.
    /// Default: none.
    /// </summary>
    public Func<IServiceProvider, CancellationToken, ValueTask<string>>? SasTokenFactory { get; set; }

    /// <summary>
    /// Whether to sign in with the managed identity of the host: the system's, or the one that <see cref="ManagedIdentityClientId"/> names.
    /// Default: <see langword="false"/>.
    /// </summary>
    public bool UseManagedIdentity { get; set; }

    /// <summary>The client id of a user-assigned managed identity; implies <see cref="UseManagedIdentity"/>. Default: none.</summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>
    /// Gives the credential, e.g. <c>sp => sp.GetRequiredService&lt;TokenCredential&gt;()</c>. Called once; what it gives is not disposed.
    /// Default: none.
    /// </summary>
    public Func<IServiceProvider, TokenCredential>? CredentialFactory { get; set; }

    /// <summary>
    /// Changes the SDK's own options (retries, transport, logging) before the client is made. With a transport of the application's own,
    /// the library cannot know how often a request is sent, and so looks at the object after every failed write. Default: nothing is
    /// changed.
    /// </summary>
    public Action<BlobClientOptions>? ConfigureClient { get; set; }

    /// <summary>What a bucket is. Default: <see cref="AzureBucketMapping.SharedContainer"/>.</summary>
    public AzureBucketMapping BucketMapping { get; set; }

    /// <summary>Where the parts of multipart uploads, and of large puts, wait. Default: <see cref="MultipartStaging.InPlace"/>.</summary>
    public MultipartStaging MultipartStaging { get; set; }

    /// <summary>
    /// Whether a shared container that is not there is created, by <see cref="ObjectStore.CheckAsync"/> (also without
    /// <see cref="CheckOptions.ProbeWrite"/>) and when a bucket is created. Otherwise it is an error that names it. Default:
    /// <see langword="false"/>.
    /// </summary>
    public bool CreateContainer { get; set; }

    /// <summary>Gives a transport that is known to send each request once. For tests.</summary>
    internal Func<HttpPipelineTransport>? TransportFactory { get; set; }

    /// <summary>As they are now: a store does not change with the options that it was made from.</summary>
    internal AzureBackendOptions Snapshot() => (AzureBackendOptions)MemberwiseClone();
}
