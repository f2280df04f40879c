using Azure.Storage.Blobs.Models;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>Gets user delegation keys, by which a client without an account key signs. Keeps the last one. Thread-safe.</summary>
/// <remarks>Source: "Get User Delegation Key", Azure Storage REST API. A key lives for at most 7 days.</remarks>
internal sealed class DelegationKeys(AzureClients clients, AzureRequests requests, TimeProvider time)
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(15);

    private volatile UserDelegationKey? _key;

    /// <summary>Returns a key that lives as long as a signature, or as long as a key can.</summary>
    /// <param name="validity">How long the signature is good for.</param>
    /// <param name="cancellationToken">Stops the request, if one is needed.</param>
    public async ValueTask<UserDelegationKey> GetAsync(TimeSpan validity, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset start = now - ClockSkew;
        DateTimeOffset longest = start + LongestLife;
        DateTimeOffset wanted = now + validity;

        // No key is valid as long as the longest signature. A key that is valid nearly as long is as good as a new one.
        DateTimeOffset needed = wanted < longest ? wanted : longest - Slack;
        if (_key is { } key && key.SignedExpiresOn >= needed)
        {
            return key;
        }

        UserDelegationKey made = await requests.ReadKeyAsync(
            token => clients.Service.GetUserDelegationKeyAsync(start, Earlier(now + (2 * validity), longest), token),
            cancellationToken).ConfigureAwait(false);
        _key = made;
        return made;
    }

    private static DateTimeOffset Earlier(DateTimeOffset x, DateTimeOffset y) => x < y ? x : y;
}
