using Amazon.Runtime;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>A temporary credential that the application renews. Only one renewal runs at a time, and requests wait for it.</summary>
/// <param name="renew">Returns a new credential.</param>
/// <param name="time">The clock.</param>
internal sealed class RenewedCredentials(
    Func<CancellationToken, Task<AwsTemporaryCredential>> renew, TimeProvider time) : AWSCredentials, IDisposable
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1);
    private volatile Renewed? _current;

    /// <summary>When the credential at hand expires. <see langword="null"/> before the first one.</summary>
    public DateTimeOffset? ExpiresAt => _current?.ExpiresAt;

    /// <summary>Serves the SDK's synchronous calls, none of which is a request.</summary>
    public override ImmutableCredentials GetCredentials() =>
        _current?.Credentials ?? throw new InvalidOperationException("The credential was not renewed yet. Send a request first.");

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        if (_current is { } current && time.GetUtcNow() < current.RenewAt)
        {
            return current.Credentials;
        }

        // The renewal serves all requests, so the token of none of them stops it.
        await _one.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_current is { } renewed && time.GetUtcNow() < renewed.RenewAt)
            {
                return renewed.Credentials;
            }

            AwsTemporaryCredential credential = await renew(CancellationToken.None).ConfigureAwait(false);
            DateTimeOffset now = time.GetUtcNow();
            TimeSpan life = credential.ExpiresAt - now;
            TimeSpan margin = life / 5 < LongestMargin ? life / 5 : LongestMargin;
            var credentials = new ImmutableCredentials(credential.AccessKeyId, credential.SecretAccessKey, credential.SessionToken);
            _current = new Renewed(credentials, credential.ExpiresAt - margin, credential.ExpiresAt);
            return credentials;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private sealed record Renewed(ImmutableCredentials Credentials, DateTimeOffset RenewAt, DateTimeOffset ExpiresAt);
}
