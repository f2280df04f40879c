using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Storage.v1;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// Writes that the caller makes without a condition. A blind retry of such a write could replace or delete a newer object, so it is sent
/// without a condition only once. When its outcome is in doubt, the current object is read. The write's own token means success. An object
/// that is older than the call proves that the write did not take effect. The next attempt names its generation. Any other object may have
/// replaced this write's object, so the doubt is reported.
/// </summary>
/// <remarks>Source: "Retry strategy", Cloud Storage documentation. Requests without a precondition are not repeated.</remarks>
internal sealed class UnconditionalWrites(GcpClients clients, GcpRequests requests, TimeProvider time)
{
    private const int TokenBytes = 16;
    private const int MaxLooks = 3;

    /// <summary>A token by which a write is recognised.</summary>
    public static string CreateToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>
    /// A conditional write can be repeated unchanged. An unconditional write is sent once, and then recognised by its token.
    /// </summary>
    public Task<GcsObject> SendAsync(
        string container,
        string name,
        string token,
        long? generation,
        Func<long?, Repeats, Tries, Task<GcsObject>> send,
        CancellationToken cancellationToken) =>
        generation is not null
            ? send(generation, Repeats.Harmless, new Tries())
            : WriteAsync(
                container, name, token, (match, tries) => send(match, RepeatsOf(match), tries), cancellationToken);

    /// <summary>Writes an object.</summary>
    /// <param name="container">The upstream bucket.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="token">The token that the object carries.</param>
    /// <param name="send">
    /// Sends the write under a generation to match. <see langword="null"/> means no condition, and 0 means no object.
    /// </param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<GcsObject> WriteAsync(
        string container, string name, string token, Func<long?, Tries, Task<GcsObject>> send, CancellationToken cancellationToken)
    {
        var call = new Call(time);
        while (true)
        {
            try
            {
                return await send(call.Generation, call.Tries).ConfigureAwait(false);
            }
            catch (StorageException error) when (call.IsInDoubt(error))
            {
                call.Note(error);
            }

            GcsObject? found = await LookAsync(container, name, token, call, cancellationToken).ConfigureAwait(false);
            if (found is not null && IsMadeBy(token, found))
            {
                return found;
            }

            call.Generation = found?.Generation ?? 0;
            UpstreamTelemetry.CountRetry(GcpClients.Provider);
        }
    }

    /// <summary>Deletes an object. When the outcome is in doubt, a missing object is success.</summary>
    /// <param name="container">The upstream bucket.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchKey"/> when there is no object or no bucket.</exception>
    public async Task DeleteAsync(string container, string name, CancellationToken cancellationToken)
    {
        var call = new Call(time);
        while (true)
        {
            ObjectsResource.DeleteRequest delete = clients.Service.Objects.Delete(container, name);
            delete.IfGenerationMatch = call.Generation;
            try
            {
                await requests.WriteAsync(delete, call.Repeats, call.Tries, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StorageException error) when (error.Code != StorageErrorCode.NoSuchKey && call.IsInDoubt(error))
            {
                call.Note(error);
            }

            if (await LookAsync(container, name, token: null, call, cancellationToken).ConfigureAwait(false) is not { } found)
            {
                return;
            }

            call.Generation = found.Generation;
            UpstreamTelemetry.CountRetry(GcpClients.Provider);
        }
    }

    /// <summary>Reads the current object until it shows the outcome of the write.</summary>
    /// <returns>The object that has the token, or one that the write has not replaced. <see langword="null"/> when there is none.</returns>
    /// <exception cref="StorageException">The failure of the write, whose outcome stays in doubt.</exception>
    private async Task<GcsObject?> LookAsync(string container, string name, string? token, Call call, CancellationToken cancellationToken)
    {
        for (int look = 1; look <= MaxLooks; look++)
        {
            // A request whose connection broke can still reach the service.
            await Task.Delay(Retries.Wait(look, call.PatienceAsked), time, cancellationToken).ConfigureAwait(false);
            Dated<GcsObject>? found = await FindAsync(container, name, call, cancellationToken).ConfigureAwait(false);
            bool isOurs = found is not null && token is not null && IsMadeBy(token, found.Document);
            bool isUntouched = found is null || found.AgeOf(
                found.Document.TimeCreatedDateTimeOffset) > call.Duration + Dated<GcsObject>.Margin;
            bool isGone = found is null && token is null;
            if (isOurs || isGone || (isUntouched && call.CanGoOn(requests.Limits) && !clients.IsGiven))
            {
                return found?.Document;
            }
        }

        throw call.Failure!;
    }

    private async Task<Dated<GcsObject>?> FindAsync(string container, string name, Call call, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadDatedAsync(clients.Service.Objects.Get(container, name), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
        {
            // The caller reports the write's own failure, which a failed read of the object does not change.
            return error.Code == StorageErrorCode.NoSuchKey ? null : throw call.Failure!;
        }
    }

    private static bool IsMadeBy(string token, GcsObject found) => GcpProperties.Read(found.Name, found).MadeBy(token) is not null;

    private sealed class Call(TimeProvider time)
    {
        private readonly long _began = time.GetTimestamp();

        public Tries Tries { get; } = new();

        /// <summary>The generation to match.</summary>
        public long? Generation { get; set; }

        /// <summary>The failure that left the outcome in doubt.</summary>
        public StorageException? Failure { get; private set; }

        public Repeats Repeats => RepeatsOf(Generation);

        public TimeSpan Duration => time.GetElapsedTime(_began);

        public bool CanGoOn(RequestLimits limits) =>
            Failure!.IsTransient && Tries.AreLeft(limits) && !(Failure.RetryAfter > Retries.LongestWait);

        /// <summary>How long the service asks to wait, unless it is longer than a call should wait.</summary>
        public TimeSpan? PatienceAsked => Failure!.RetryAfter > Retries.LongestWait ? null : Failure.RetryAfter;

        public bool IsInDoubt(StorageException error) => error.IsOutcomeUnknown || HasMoved(error);

        /// <summary>
        /// Keeps the failure to report. The caller has no condition that could fail, so a generation that has moved on is none.
        /// </summary>
        public void Note(StorageException error) => Failure = HasMoved(error) ? Failure : error;

        private bool HasMoved(StorageException error) => Generation is not null && error.Code == StorageErrorCode.PreconditionFailed;
    }

    /// <summary>How a write under this generation can be repeated.</summary>
    public static Repeats RepeatsOf(long? generation) => generation is null ? Repeats.Once : Repeats.Harmless;
}
