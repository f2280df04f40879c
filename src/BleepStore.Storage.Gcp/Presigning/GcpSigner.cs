using System.Net;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Wire;
using Google;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Presigning;

/// <summary>Signs with the credential of the store (V4 signatures). The first call looks up the credential. Thread-safe.</summary>
/// <remarks>Source: "Signed URLs", "Policy documents" and "Create signatures", Cloud Storage documentation.</remarks>
/// <param name="clients">Finds the credential and knows the address.</param>
internal sealed class GcpSigner(GcpClients clients)
{
    /// <summary>
    /// How long a signature by IAM is sure to be good, because Google changes the keys ("Create signatures"). A longer one could end before
    /// its time.
    /// </summary>
    private static readonly TimeSpan LongestByIam = TimeSpan.FromHours(12);

    private SigningKey? _key;

    /// <summary>Signs a URL.</summary>
    /// <returns>The URL, and when it expires.</returns>
    public Task<(string Url, DateTimeOffset ExpiresAt)> SignAsync(
        UrlSigner.RequestTemplate template, TimeSpan expiresIn, CancellationToken cancellationToken) =>
        SignAsync((signer, options) => signer.SignAsync(template, options, cancellationToken), expiresIn, cancellationToken);

    /// <summary>Signs a form.</summary>
    /// <returns>The form, and when it expires.</returns>
    public Task<(UrlSigner.SignedPostPolicy Form, DateTimeOffset ExpiresAt)> SignAsync(
        UrlSigner.PostPolicy policy, TimeSpan expiresIn, CancellationToken cancellationToken) =>
        SignAsync((signer, options) => signer.SignAsync(policy, options, cancellationToken), expiresIn, cancellationToken);

    private async Task<(T Signed, DateTimeOffset ExpiresAt)> SignAsync<T>(
        Func<UrlSigner, UrlSigner.Options, Task<T>> sign, TimeSpan expiresIn, CancellationToken cancellationToken)
    {
        UrlSigner.Options options = OptionsFor(expiresIn);
        try
        {
            SigningKey key = await FindKeyAsync(cancellationToken).ConfigureAwait(false);
            RequireSureTime(key, expiresIn);
            var signer = new DatedSigner(key);
            T signed = await sign(UrlSigner.FromBlobSigner(signer), options).ConfigureAwait(false);

            // The signed time has whole seconds.
            return (signed, DateTimeOffset.FromUnixTimeSeconds(signer.SignedAt.ToUnixTimeSeconds()) + expiresIn);
        }
        catch (Exception error) when (
            error is not (StorageException or OperationCanceledException)
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _key = null;
            throw NotSigned(error);
        }
    }

    private async ValueTask<SigningKey> FindKeyAsync(CancellationToken cancellationToken) =>
        _key ??= await SigningKey.OfAsync(
            await clients.FindCredentialAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private UrlSigner.Options OptionsFor(TimeSpan expiresIn)
    {
        var root = new Uri(clients.Root);
        return root.AbsolutePath == "/"
            ? UrlSigner.Options.FromDuration(expiresIn)
                .WithSigningVersion(SigningVersion.V4)
                .WithScheme(root.Scheme)
                .WithHost(root.Host)
                .WithPort(root.IsDefaultPort ? null : root.Port)
            : throw new StorageException(
                StorageErrorCode.NotSupported,
                $"{nameof(GcpBackendOptions.ServiceUrl)} has a path, but signed URLs begin with the bucket. Use an address without a " +
                "path.");
    }

    private static void RequireSureTime(SigningKey key, TimeSpan expiresIn)
    {
        if (!key.IsLocal && expiresIn > LongestByIam)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"IAM signs for the account {key.Account}, and such a signature is valid for only {LongestByIam.TotalHours} hours. "
                + "Request a shorter time, or sign with the key of a service account.");
        }
    }

    private static StorageException NotSigned(Exception error) => error switch
    {
        GoogleApiException refused => Refused((int)refused.HttpStatusCode, refused.Error?.Message ?? refused.Message, error),
        TokenResponseException refused => Refused((int)(refused.StatusCode ?? HttpStatusCode.Unauthorized), refused.Message, error),
        HttpRequestException { StatusCode: { } status } => Refused((int)status, error.Message, error),
        HttpRequestException or IOException or OperationCanceledException => new StorageException(
            StorageErrorCode.ServiceUnavailable, $"IAM did not sign: {UpstreamErrors.FirstLine(error.Message)}", error),
        InvalidOperationException => new StorageException(
            StorageErrorCode.NotSupported, $"The credential cannot sign: {UpstreamErrors.FirstLine(error.Message)}", error),
        _ => new StorageException(
            StorageErrorCode.AuthenticationFailed, $"The credential did not sign: {UpstreamErrors.FirstLine(error.Message)}", error),
    };

    private static StorageException Refused(int status, string reason, Exception error)
    {
        bool isTransient = status is (int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests or >= 500;
        string text = UpstreamErrors.FirstLine(reason);
        return isTransient
            ? new StorageException(
                StorageErrorCode.ServiceUnavailable, $"IAM could not sign at this time: {text}", error)
            {
                Status = status,
            }
            : new StorageException(
                StorageErrorCode.AuthenticationFailed,
                $"IAM refused to sign: {text} Enable the IAM Service Account Credentials API. Give the caller the role Service Account "
                + "Token Creator (roles/iam.serviceAccountTokenCreator) on the account that signs.",
                error)
            {
                Status = status,
            };
    }
}
