using Amazon.S3;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Conditions;

/// <summary>
/// Tries on a small internal object which conditions a server honours. A condition that does not hold must be refused with 412, and one
/// that holds must not.
/// </summary>
internal sealed class ConditionProbe(
    IAmazonS3 client,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    ProbeObjects probes,
    TimeProvider time)
{
    private const string OtherETag = "00000000000000000000000000000000";

    private static readonly TimeSpan CleanupTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The result of a write under a condition.</summary>
    private enum Outcome
    {
        /// <summary>It went through.</summary>
        Done,

        /// <summary>The condition stopped it.</summary>
        Refused,

        /// <summary>The server knows no such condition and said so.</summary>
        NotKnown,
    }

    public Task<ServerConditions> RunAsync(ConditionKind kind, string bucket, CancellationToken cancellationToken) =>
        WithObjectAsync(
            bucket,
            (name, etag) => kind switch
            {
                ConditionKind.Put =>
                    TryAsync(name, etag, (target, ifMatch, ifAbsent) => PutAsync(bucket, target, ifMatch, ifAbsent, cancellationToken)),
                ConditionKind.Copy => TryCopyAsync(bucket, name, etag, cancellationToken),
                ConditionKind.Delete => TryDeleteAsync(bucket, name, etag, cancellationToken),
                _ => TryCompleteAsync(bucket, name, etag, cancellationToken),
            },
            cancellationToken);

    /// <summary>The name of an object that does not exist before the trial.</summary>
    private static string Fresh(string name) => name + "-new";

    /// <summary>Tries both sides of each condition. Some servers refuse <c>If-None-Match: *</c> always (Swift).</summary>
    private static async Task<ServerConditions> TryAsync(string name, string etag, Func<string, string?, bool, Task> writeAsync)
    {
        bool ifAbsent = await OutcomeAsync(() => writeAsync(name, null, true)).ConfigureAwait(false) == Outcome.Refused
            && await OutcomeAsync(() => writeAsync(Fresh(name), null, true)).ConfigureAwait(false) == Outcome.Done;
        if (await OutcomeAsync(() => writeAsync(name, AwsProperties.Quoted(OtherETag), false)).ConfigureAwait(false) != Outcome.Refused)
        {
            return new ServerConditions(ifAbsent, IfMatch: false);
        }

        if (await OutcomeAsync(() => writeAsync(name, AwsProperties.Quoted(etag), false)).ConfigureAwait(false) == Outcome.Done)
        {
            return new ServerConditions(ifAbsent, IfMatch: true);
        }

        bool bare = await OutcomeAsync(() => writeAsync(name, etag, false)).ConfigureAwait(false) == Outcome.Done
            && await OutcomeAsync(() => writeAsync(name, OtherETag, false)).ConfigureAwait(false) == Outcome.Refused;
        return new ServerConditions(ifAbsent, IfMatch: bare, IsQuoted: !bare);
    }

    private Task<ServerConditions> TryCopyAsync(string bucket, string name, string etag, CancellationToken cancellationToken) =>
        WithObjectAsync(
            bucket,
            (source, _) => TryAsync(name, etag, (target, ifMatch, ifAbsent) =>
            {
                S3.CopyObjectRequest copy = make.Copy(bucket, source, bucket, target);
                copy.IfMatch = ifMatch;
                copy.IfNoneMatch = ifAbsent ? "*" : null;
                return requests.WriteAsync(token => client.CopyObjectAsync(copy, token), cancellationToken);
            }),
            cancellationToken);

    /// <summary>A delete that a condition should have stopped has taken the object away, which ends the trial.</summary>
    private async Task<ServerConditions> TryDeleteAsync(string bucket, string name, string etag, CancellationToken cancellationToken)
    {
        Task<Outcome> DeleteAsync(string ifMatch) => OutcomeAsync(() =>
        {
            S3.DeleteObjectRequest delete = make.Delete(bucket, name);
            delete.IfMatch = ifMatch;
            return requests.WriteAsync(token => client.DeleteObjectAsync(delete, token), cancellationToken);
        });

        if (await DeleteAsync(AwsProperties.Quoted(OtherETag)).ConfigureAwait(false) != Outcome.Refused)
        {
            return ServerConditions.None;
        }

        bool quoted = await DeleteAsync(AwsProperties.Quoted(etag)).ConfigureAwait(false) == Outcome.Done;
        bool bare = !quoted
            && await DeleteAsync(OtherETag).ConfigureAwait(false) == Outcome.Refused
            && await DeleteAsync(etag).ConfigureAwait(false) == Outcome.Done;
        return new ServerConditions(IfAbsent: false, IfMatch: quoted || bare, IsQuoted: !bare);
    }

    /// <summary>
    /// An upload that a condition has stopped is still there, so one upload serves for all the trials. An upload that is completed though
    /// it should not be is the answer.
    /// </summary>
    private async Task<ServerConditions> TryCompleteAsync(string bucket, string name, string etag, CancellationToken cancellationToken)
    {
        ServerConditions found = await TryCompleteThereAsync(bucket, name, etag, cancellationToken).ConfigureAwait(false);
        bool ifAbsent = found.IfAbsent && await TryCompleteFreshAsync(bucket, Fresh(name), cancellationToken).ConfigureAwait(false);
        return found with { IfAbsent = ifAbsent };
    }

    /// <summary>Whether an upload is completed under <c>If-None-Match: *</c> where nothing is.</summary>
    private async Task<bool> TryCompleteFreshAsync(string bucket, string name, CancellationToken cancellationToken)
    {
        S3.InitiateMultipartUploadResponse begun = await requests.WriteAsync(
            token => client.InitiateMultipartUploadAsync(make.Begin(bucket, name), token), cancellationToken).ConfigureAwait(false);
        bool isDone = false;
        await ThenTakeAwayAsync(
            async () =>
            {
                S3.PartETag part = await PartAsync(bucket, name, begun.UploadId, cancellationToken).ConfigureAwait(false);
                S3.CompleteMultipartUploadRequest complete = make.Complete(bucket, name, begun.UploadId, [part]);
                complete.IfNoneMatch = "*";
                isDone = await OutcomeAsync(() => requests.WriteAsync(
                    token => client.CompleteMultipartUploadAsync(complete, token),
                    cancellationToken)).ConfigureAwait(false) == Outcome.Done;
                return ServerConditions.None;
            },
            cancel => isDone
                ? Task.CompletedTask
                : requests.WriteAsync(token => client.AbortMultipartUploadAsync(make.Abort(bucket, name, begun.UploadId), token), cancel))
                    .ConfigureAwait(false);
        return isDone;
    }

    private async Task<ServerConditions> TryCompleteThereAsync(string bucket, string name, string etag, CancellationToken cancellationToken)
    {
        S3.InitiateMultipartUploadResponse begun = await requests.WriteAsync(
            token => client.InitiateMultipartUploadAsync(make.Begin(bucket, name), token), cancellationToken).ConfigureAwait(false);
        bool isOver = false;
        return await ThenTakeAwayAsync(
            async () =>
            {
                S3.PartETag part = await PartAsync(bucket, name, begun.UploadId, cancellationToken).ConfigureAwait(false);
                async Task<Outcome> CompleteAsync(string? ifMatch, bool ifAbsent)
                {
                    S3.CompleteMultipartUploadRequest complete = make.Complete(bucket, name, begun.UploadId, [part]);
                    complete.IfMatch = ifMatch;
                    complete.IfNoneMatch = ifAbsent ? "*" : null;
                    Outcome outcome = await OutcomeAsync(() => requests.WriteAsync(
                        token => client.CompleteMultipartUploadAsync(complete, token), cancellationToken)).ConfigureAwait(false);
                    isOver |= outcome == Outcome.Done;
                    return outcome;
                }

                Outcome absent = await CompleteAsync(ifMatch: null, ifAbsent: true).ConfigureAwait(false);
                if (absent == Outcome.Done)
                {
                    return ServerConditions.None;
                }

                bool ifAbsent = absent == Outcome.Refused;
                if (await CompleteAsync(AwsProperties.Quoted(OtherETag), ifAbsent: false).ConfigureAwait(false) != Outcome.Refused)
                {
                    return new ServerConditions(ifAbsent, IfMatch: false);
                }

                bool quoted = await CompleteAsync(AwsProperties.Quoted(etag), ifAbsent: false).ConfigureAwait(false) == Outcome.Done;
                bool bare = !quoted && await CompleteAsync(etag, ifAbsent: false).ConfigureAwait(false) == Outcome.Done;
                return new ServerConditions(ifAbsent, IfMatch: quoted || bare, IsQuoted: !bare);
            },
            cancel => isOver ? Task.CompletedTask : requests.WriteAsync(
                token => client.AbortMultipartUploadAsync(make.Abort(bucket, name, begun.UploadId), token), cancel)).ConfigureAwait(false);
    }

    private async Task<S3.PartETag> PartAsync(string bucket, string name, string uploadId, CancellationToken cancellationToken)
    {
        var body = StorageBody.FromBytes(new byte[1]);
        Stream content = await make.BodyAsync(body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            S3.UploadPartRequest part = make.Part(bucket, name, uploadId, 1, content, body.Md5!.Value);
            return make.PartETag(
                await requests.WriteAsync(token => client.UploadPartAsync(part, token), cancellationToken).ConfigureAwait(false),
                number: 1);
        }
    }

    private async Task<S3.PutObjectResponse> PutAsync(
        string bucket, string name, string? ifMatch, bool ifAbsent, CancellationToken cancellationToken)
    {
        var body = StorageBody.FromBytes(default);
        Stream content = await make.BodyAsync(body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            S3.PutObjectRequest put = make.Put(bucket, name, content, body.Md5!.Value);
            put.IfMatch = ifMatch;
            put.IfNoneMatch = ifAbsent ? "*" : null;
            return await requests.WriteAsync(token => client.PutObjectAsync(put, token), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Creates an object for the trial. It deletes it afterwards in every case, together with the second object of the trial.
    /// </summary>
    private Task<ServerConditions> WithObjectAsync(
        string bucket, Func<string, string, Task<ServerConditions>> tryAsync, CancellationToken cancellationToken)
    {
        string name = names.Probe(Guid.NewGuid());
        bool isVersioned = false;
        return ThenTakeAwayAsync(
            async () =>
            {
                S3.PutObjectResponse made =
                    await PutAsync(bucket, name, ifMatch: null, ifAbsent: false, cancellationToken).ConfigureAwait(false);
                isVersioned = !string.IsNullOrEmpty(made.VersionId);
                return await tryAsync(name, AwsProperties.Bare(made.ETag)).ConfigureAwait(false);
            },
            async cancel =>
            {
                await probes.RemoveAsync(bucket, name, isVersioned, cancel).ConfigureAwait(false);
                await probes.RemoveAsync(bucket, Fresh(name), isVersioned, cancel).ConfigureAwait(false);
            });
    }

    /// <summary>Deletes the objects of the trial even after a cancellation, because they would easily be left behind then.</summary>
    private async Task<ServerConditions> ThenTakeAwayAsync(
        Func<Task<ServerConditions>> tryAsync, Func<CancellationToken, Task> takeAwayAsync)
    {
        ServerConditions found;
        try
        {
            found = await tryAsync().ConfigureAwait(false);
        }
        catch
        {
            try
            {
                await InTimeAsync(takeAwayAsync).ConfigureAwait(false);
            }
            catch (StorageException)
            {
                // The caller reports the original failure.
            }

            throw;
        }

        await InTimeAsync(takeAwayAsync).ConfigureAwait(false);
        return found;
    }

    private async Task InTimeAsync(Func<CancellationToken, Task> takeAwayAsync)
    {
        using var timeout = new CancellationTokenSource(CleanupTimeout, time);
        try
        {
            await takeAwayAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException slow) when (timeout.IsCancellationRequested)
        {
            throw new StorageException(
                StorageErrorCode.RequestTimeout,
                $"The objects of a trial of conditions could not be deleted within {CleanupTimeout.TotalSeconds} s.",
                slow);
        }
    }

    /// <summary>
    /// A server that knows no condition answers 501, or a 400 that can have no other cause, because the same write without a condition has
    /// just succeeded.
    /// </summary>
    private static async Task<Outcome> OutcomeAsync(Func<Task> writeAsync)
    {
        try
        {
            await writeAsync().ConfigureAwait(false);
            return Outcome.Done;
        }
        catch (StorageException refused) when (refused.Code == StorageErrorCode.PreconditionFailed)
        {
            return Outcome.Refused;
        }
        catch (StorageException refused)
            when (AwsErrors.IsUnknownRequest(refused) || refused is { Code: StorageErrorCode.InternalError, Status: 400 })
        {
            return Outcome.NotKnown;
        }
    }
}
