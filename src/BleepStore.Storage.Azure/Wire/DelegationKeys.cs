using Azure.Storage.Blobs.Models;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// Gets user delegation keys, by which a client without an account key signs. Keeps the last one for at most an hour, because it can be
/// revoked. Callers at the same time share one request. Thread-safe.
/// </summary>
/// <remarks>
/// Source: "Get User Delegation Key" and "Revoke a user delegation SAS", Azure Storage REST API. A key lives for at most 7 days.
/// </remarks>
internal sealed class DelegationKeys(AzureClients clients, AzureRequests requests, TimeProvider time)
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestUse = TimeSpan.FromHours(1);
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private Kept? _last;

    /// <summary>The request under way. Its result is whether it failed.</summary>
    private TaskCompletionSource<bool>? _running;

    /// <summary>Returns a key that lives as long as a signature, or as long as a key can.</summary>
    /// <param name="validity">How long the signature is good for.</param>
    /// <param name="cancellationToken">Stops the request of this caller, or its wait for another caller's.</param>
    public async ValueTask<UserDelegationKey> GetAsync(TimeSpan validity, CancellationToken cancellationToken)
    {
        for (bool asksAlone = false; ;)
        {
            DateTimeOffset now = time.GetUtcNow();
            TaskCompletionSource<bool>? mine = null;
            Task<bool>? running = null;
            lock (_lock)
            {
                if (_last is { } last && last.Serves(now, validity))
                {
                    return last.Key;
                }

                if (_running is { } other && !asksAlone)
                {
                    running = other.Task;
                }
                else
                {
                    _running = mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            if (mine is not null)
            {
                return await RequestAsync(mine, now, validity, cancellationToken).ConfigureAwait(false);
            }

            // After a failure every caller asks alone, because one failure must not keep the others waiting in turn.
            asksAlone = await running!.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<UserDelegationKey> RequestAsync(
        TaskCompletionSource<bool> mine, DateTimeOffset now, TimeSpan validity, CancellationToken cancellationToken)
    {
        DateTimeOffset start = now - ClockSkew;

        // The key must serve equal signatures until it is too old.
        DateTimeOffset end = now + validity + (validity > LongestUse ? validity : LongestUse);
        DateTimeOffset longest = start + LongestLife;
        bool hasFailed = true;
        try
        {
            UserDelegationKey made = await requests.ReadKeyAsync(
                token => clients.Service.GetUserDelegationKeyAsync(start, end < longest ? end : longest, token),
                cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _last = new Kept(made, now);
            }

            hasFailed = false;
            return made;
        }
        finally
        {
            lock (_lock)
            {
                if (_running == mine)
                {
                    _running = null;
                }
            }

            mine.SetResult(hasFailed && !cancellationToken.IsCancellationRequested);
        }
    }

    private sealed record Kept(UserDelegationKey Key, DateTimeOffset RequestedAt)
    {
        public bool Serves(DateTimeOffset now, TimeSpan validity)
        {
            // No key is valid as long as the longest signature. A key that is valid nearly as long is as good as a new one.
            DateTimeOffset longest = now - ClockSkew + LongestLife - Slack;
            DateTimeOffset wanted = now + validity;
            return (now - RequestedAt).Duration() <= LongestUse && Key.SignedExpiresOn >= (wanted < longest ? wanted : longest);
        }
    }
}
