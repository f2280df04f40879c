using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;

namespace BleepStore.Storage.Gcp.Presigning;

/// <summary>An account that can sign, and how.</summary>
/// <param name="Signer">Signs, here or by the service <c>signBlob</c> of IAM.</param>
/// <param name="Account">The email address of the account.</param>
/// <param name="IsLocal">Whether the key is here. Google changes a key that is not.</param>
internal sealed record SigningKey(IBlobSigner Signer, string Account, bool IsLocal)
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.full_control";

    private const string Advice =
        "Use the key of a service account, the account of a Google machine, or an impersonated service account. For the last one, set "
        + $"{nameof(GcpBackendOptions.CredentialFactory)} to return the result of GoogleCredential.Impersonate. IAM signs for the last " +
        "two. The "
        + "caller then needs the role Service Account Token Creator (roles/iam.serviceAccountTokenCreator) on the account that signs.";

    /// <summary>Returns the key of a credential.</summary>
    /// <param name="credential">The credential. <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/> when the credential has no service account.
    /// </exception>
    public static async ValueTask<SigningKey> OfAsync(IHttpExecuteInterceptor? credential, CancellationToken cancellationToken) =>
        (credential is GoogleCredential google ? google.UnderlyingCredential : (object?)credential) switch
        {
            ServiceAccountCredential account => new SigningKey(account, account.Id, IsLocal: true),
            ImpersonatedCredential target => new SigningKey(target, target.TargetPrincipal, IsLocal: false),
            ComputeCredential machine => await OfMachineAsync(machine, cancellationToken).ConfigureAwait(false),
            null => throw NotSupported("The store has no credential, so it cannot sign."),
            var other => throw NotSupported($"A credential of the type {other.GetType().Name} cannot sign."),
        };

    /// <summary>The credential keeps a failed search for its account for ever. A copy searches anew.</summary>
    private static async Task<SigningKey> OfMachineAsync(ComputeCredential machine, CancellationToken cancellationToken)
    {
        var copy = (ComputeCredential)machine.ToGoogleCredential().CreateScoped(Scope).UnderlyingCredential;
        string account = await copy.GetDefaultServiceAccountEmailAsync(cancellationToken)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return new SigningKey(copy, account.Trim(), IsLocal: false);
    }

    private static StorageException NotSupported(string reason) => new(StorageErrorCode.NotSupported, $"{reason} {Advice}");
}
