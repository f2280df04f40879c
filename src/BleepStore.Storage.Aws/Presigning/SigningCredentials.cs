using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using BleepStore.Storage.Aws.Wire;

namespace BleepStore.Storage.Aws.Presigning;

/// <summary>Finds the credential that signs, which is that of the store's requests, and when it expires. Thread-safe.</summary>
internal sealed class SigningCredentials(AwsClients clients, TimeProvider time) : IDisposable
{
    private readonly InstanceRole _role = new(time);
    private volatile AWSCredentials? _found;
    private readonly Lock _lock = new();
    private AmazonS3Client? _signer;

    /// <summary>Whether the application gave the client. The SDK does not show its credential.</summary>
    public bool AreHidden => clients.IsGiven;

    /// <summary>The failure of a client without a credential.</summary>
    /// <param name="cause">The exception of the SDK, if it was called.</param>
    public static StorageException Anonymous(Exception? cause = null) => new(
        StorageErrorCode.NotSupported,
        "The client is anonymous and cannot sign. Give the store a credential, or set ObjectStoreOptions.Links.",
        cause);

    /// <summary>Returns the credential. It is renewed first, if it must be.</summary>
    /// <param name="cancellationToken">Stops the wait, not the renewal.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NotSupported"/> when the client is anonymous.</exception>
    public async Task<SigningCredential> GetAsync(CancellationToken cancellationToken)
    {
        if (AreHidden)
        {
            return new SigningCredential(clients.Client, ExpiresAt: null);
        }

        AWSCredentials credentials = clients.Credentials ?? await FindAsync(cancellationToken).ConfigureAwait(false);
        if (await credentials.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is not { } key)
        {
            throw Anonymous();
        }

        DateTimeOffset? expiresAt = credentials switch
        {
            RenewedCredentials renewed => renewed.ExpiresAt,
            { Expiration: { } end } => new DateTimeOffset(end.ToUniversalTime()),
            _ when InstanceRole.Has(credentials) => await _role.ExpiryOfAsync(key.AccessKey, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        return new SigningCredential(clients.Credentials is null ? SignerOf(credentials) : clients.Client, expiresAt);
    }

    public void Dispose() => _signer?.Dispose();

    /// <summary>A credential that was found once renews itself.</summary>
    private async Task<AWSCredentials> FindAsync(CancellationToken cancellationToken)
    {
        IClientConfig config = clients.Client.Config;
        return _found ??= config.DefaultAWSCredentials
            ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(config).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A client of the same configuration with the credential that its requests use. The SDK's own signing does not look at the profile of
    /// a configuration. The client sends nothing.
    /// </summary>
    private AmazonS3Client SignerOf(AWSCredentials credentials)
    {
        lock (_lock)
        {
            // Otherwise no code would dispose a second client.
            return _signer ??= new AmazonS3Client(credentials, (AmazonS3Config)clients.Client.Config);
        }
    }
}
