using Amazon.Runtime;

namespace BleepStore.Storage.Aws;

/// <summary>A temporary credential that the application renews.</summary>
/// <param name="renew">Returns a new one.</param>
internal sealed class RenewedCredentials(Func<CancellationToken, Task<AwsTemporaryCredential>> renew) : RefreshingAWSCredentials
{
    protected override CredentialsRefreshState GenerateNewCredentials() => throw new NotSupportedException("Requests are sent asynchronously.");

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        // The SDK shares one renewal among all requests, so none of their tokens can stop it.
        AwsTemporaryCredential renewed = await renew(CancellationToken.None).ConfigureAwait(false);
        return new CredentialsRefreshState(new ImmutableCredentials(renewed.AccessKeyId, renewed.SecretAccessKey, renewed.SessionToken), renewed.ExpiresAt.UtcDateTime);
    }
}
