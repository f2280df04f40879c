using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace BleepStore.Storage.Azure;

/// <summary>
/// The options of the Azure backend, which are the account, the container, the credential and the mapping of buckets. They are validated
/// when the application starts, or when <see cref="AzureStore"/> creates a store. Contradictory settings are refused.
/// </summary>
/// <remarks>
/// The credential is one of <see cref="ConnectionString"/>, <see cref="SasToken"/>, <see cref="SasTokenFactory"/>, managed identity
/// (<see cref="UseManagedIdentity"/>, <see cref="ManagedIdentityClientId"/>) and <see cref="CredentialFactory"/>. When none is set, it is
/// <c>DefaultAzureCredential</c>. At most one may be set. A client from the application replaces all of them.
/// </remarks>
public sealed class AzureBackendOptions
{
    /// <summary>
    /// The account's blob endpoint, e.g. <c>https://media.blob.core.windows.net</c>. It has no query. Set a SAS in <see cref="SasToken"/>.
    /// By default it follows from <see cref="AccountName"/> or <see cref="ConnectionString"/>.
    /// </summary>
    public Uri? AccountUrl { get; set; }

    /// <summary>
    /// The account's name, 3 to 24 lower-case letters and digits, for <c>https://{name}.blob.core.windows.net</c>. In other clouds set
    /// <see cref="AccountUrl"/>. The default is none.
    /// </summary>
    public string? AccountName { get; set; }

    /// <summary>
    /// The container that all buckets share. It is required with <see cref="AzureBucketMapping.SharedContainer"/>, and not allowed with
    /// <see cref="AzureBucketMapping.ContainerPerBucket"/>. 3 to 63 lower-case letters, digits and single hyphens. The default is none.
    /// </summary>
    public string? Container { get; set; }

    /// <summary>
    /// The prefix of the names of all blobs of this store. It is empty, or consists of segments of letters, digits, <c>-</c>, <c>_</c> and
    /// inner dots that each end with a slash. It has at most 60 characters. The store reads and writes nothing outside it. The default is
    /// empty.
    /// </summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// A connection string with account key or SAS, as the portal shows it. It is a secret, so prefer a credential. The default is none.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>A shared access signature, with or without its question mark. It is a secret. The default is none.</summary>
    public string? SasToken { get; set; }

    /// <summary>
    /// Returns a shared access signature, with or without its question mark. It is called before every request, so a signature can be
    /// renewed before it expires. Return the same signature without waiting while it is valid. It requires <see cref="AccountUrl"/> or
    /// <see cref="AccountName"/>. The default is none.
    /// </summary>
    public Func<IServiceProvider, CancellationToken, ValueTask<string>>? SasTokenFactory { get; set; }

    /// <summary>
    /// Whether to sign in with the managed identity of the host. It is the system-assigned identity, or the one in
    /// <see cref="ManagedIdentityClientId"/>. The default is <see langword="false"/>.
    /// </summary>
    public bool UseManagedIdentity { get; set; }

    /// <summary>
    /// The client id of a user-assigned managed identity. It implies <see cref="UseManagedIdentity"/>. The default is none.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>
    /// Returns the credential, e.g. <c>sp => sp.GetRequiredService&lt;TokenCredential&gt;()</c>. It is called once. The returned credential
    /// is not disposed. The default is none.
    /// </summary>
    public Func<IServiceProvider, TokenCredential>? CredentialFactory { get; set; }

    /// <summary>
    /// Changes the SDK's own options (retries, transport, logging) before the client is created. With the application's own transport, the
    /// library cannot know how often a request is sent. It then reads the object after every failed write. By default nothing is changed.
    /// </summary>
    public Action<BlobClientOptions>? ConfigureClient { get; set; }

    /// <summary>How a bucket maps to the upstream. The default is <see cref="AzureBucketMapping.SharedContainer"/>.</summary>
    public AzureBucketMapping BucketMapping { get; set; }

    /// <summary>
    /// The place where the parts of multipart uploads and of large puts wait. The default is <see cref="MultipartStaging.InPlace"/>.
    /// </summary>
    public MultipartStaging MultipartStaging { get; set; }

    /// <summary>
    /// Whether a missing shared container is created, by <see cref="ObjectStore.CheckAsync"/> (also without
    /// <see cref="CheckOptions.ProbeWrite"/>) and when a bucket is created. Otherwise a missing container is an error that names it. The
    /// default is <see langword="false"/>.
    /// </summary>
    public bool CreateContainer { get; set; }

    /// <summary>Gives a transport that is known to send each request once. For tests.</summary>
    internal Func<HttpPipelineTransport>? TransportFactory { get; set; }

    /// <summary>Returns a copy, because later changes of the options must not affect the store.</summary>
    internal AzureBackendOptions Snapshot() => (AzureBackendOptions)MemberwiseClone();
}
