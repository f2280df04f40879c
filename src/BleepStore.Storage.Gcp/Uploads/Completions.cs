using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Gcp.Objects;
using BleepStore.Storage.Gcp.Wire;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>Joins the parts of an upload, and commits the object.</summary>
internal sealed class Completions(
    GcpUpstream upstream,
    GcpNames names,
    GcpRequests requests,
    UploadRecords records,
    Composer composer,
    UnconditionalWrites unconditional,
    GcpReads reads,
    GcpParts parts,
    UploadCleanUp cleanUp,
    TimeProvider time)
{
    /// <summary>
    /// Joins and commits the parts of a write of one call. Everything was stored here, and nobody else completes or aborts it.
    /// </summary>
    public async Task<ObjectProperties> CompleteAsync(Completion completion, long recordGeneration, CancellationToken cancellationToken)
    {
        CompleteUploadRequest request = completion.Request;
        string container = upstream.Container(request.Bucket);
        ObjectProperties made;
        try
        {
            await JoinAsync(container, completion, cancellationToken).ConfigureAwait(false);
            made = await CommitAsync(container, completion, GcpConditions.Generation(request.Condition), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException error) when (error.IsOutcomeUnknown)
        {
            // The core would also recognise the object, but then the parts would stay.
            StoredObject? current = await reads.TryHeadAfterAsync(error, request.Bucket, request.Key, cancellationToken)
                .ConfigureAwait(false);
            if (current?.MadeBy(request.UploadId) is { } landed)
            {
                made = landed;
            }
            else if (error.Code == StorageErrorCode.NoSuchKey)
            {
                throw PartsGone(error);
            }
            else
            {
                throw;
            }
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw PartsGone(error);
        }

        await cleanUp.ForgetAsync(container, request, recordGeneration).ConfigureAwait(false);
        return made;
    }

    /// <summary>
    /// The record names the generation that the commit will replace, before the commit is sent. The commit applies to that generation
    /// alone. So any process that finds the record after a crash knows what happened. If the object has the token, only the clean-up is
    /// left. If its generation is still that of the record, nothing was committed. A claim excludes an abort, and an abort excludes a
    /// claim. One of the two wins.
    /// </summary>
    public async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        string container = upstream.Container(request.Bucket);
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        Completion? completion = null;
        bool mayBeUnderWay = false;
        var watch = new ClaimWatch(time, requests.Limits);
        int round = 0;
        try
        {
            while (true)
            {
                UploadRecord record = await records.RequireAsync(
                    container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
                StoredObject? current = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
                if (current?.MadeBy(request.UploadId) is { } earlier)
                {
                    await cleanUp.ForgetAsync(container, request, record.Generation).ConfigureAwait(false);
                    return earlier;
                }

                request.Condition.ThrowIfNotMet(current?.Properties);
                long generation = current is null ? 0 : GcpProperties.Generation(current.Properties.Revision) ?? 0;
                if (record.Claim is { } other && other.Id != id && other.Generation != generation)
                {
                    await AwaitOtherAsync(watch, record, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                completion ??= await PrepareAsync(container, request, record, id, cancellationToken).ConfigureAwait(false);
                var claim = new UploadClaim(id, generation);
                bool isClaimed = record.Claim == claim
                    || await records.TryClaimAsync(container, request.Bucket, record, claim, cancellationToken).ConfigureAwait(false);
                ObjectProperties? made = null;
                if (isClaimed)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    mayBeUnderWay = true;
                    made = await TryCommitAsync(container, completion, generation, cancellationToken).ConfigureAwait(false);

                    // Without an object of its own, the commit has lost to another generation, so it cannot land any more.
                    mayBeUnderWay = false;
                }

                if (made is not null)
                {
                    await cleanUp.ForgetAsync(container, request, record.Generation).ConfigureAwait(false);
                    return made;
                }

                if (++round == Retries.MaxRounds)
                {
                    throw new StorageException(
                        StorageErrorCode.OperationAborted,
                        $"Other writes to the key were faster {round} times. The upload is unchanged. Complete it again later.");
                }

                await Task.Delay(Retries.Pause(round), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (completion is not null && !(mayBeUnderWay && CanLandAfter(error, request.Condition)))
        {
            await cleanUp.ReleaseAsync(container, request, id).ConfigureAwait(false);
            if (completion.MayHaveLanded && error is StorageException failure)
            {
                throw UpstreamErrors.OfUnknownOutcome(failure);
            }

            throw;
        }
    }

    /// <summary>
    /// Returns whether a commit that failed can still land. The claim then stays, because an abort must not report success before. It stays
    /// also when the caller cancelled a commit that was sent.
    /// </summary>
    private static bool CanLandAfter(Exception error, WriteCondition condition) =>
        error is not StorageException known
        || (known.IsOutcomeUnknown && (known.Code != StorageErrorCode.PreconditionFailed || condition.IsNone));

    private async Task<Completion> PrepareAsync(
        string container, CompleteUploadRequest request, UploadRecord record, string id, CancellationToken cancellationToken)
    {
        try
        {
            List<StoredPart> stored = await parts.ListStoredPartsAsync(
                container, request.Bucket, request.UploadId, startAfter: 0, int.MaxValue, cancellationToken).ConfigureAwait(false);
            var completion = new Completion(
                request, record.Attributes, stored.ToDictionary(static part => part.Part.PartNumber))
            {
                Id = id,
            };
            await JoinAsync(container, completion, cancellationToken).ConfigureAwait(false);
            return completion;
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.NoSuchKey or StorageErrorCode.InvalidPart)
        {
            // An abort, or another completion, deletes parts. The upload has then ended, which is the failure to report.
            await records.RequireAsync(container, request.Bucket, request.Key, request.UploadId, cancellationToken).ConfigureAwait(false);
            throw error.Code == StorageErrorCode.NoSuchKey ? PartChanged(error) : error;
        }
    }

    private async Task JoinAsync(string container, Completion completion, CancellationToken cancellationToken)
    {
        CompleteUploadRequest request = completion.Request;
        completion.Sources = await composer.JoinAsync(
            container,
            completion.Sources,
            upstream.ClassOf(completion.Attributes),
            (level, index) => names.Join(request.Bucket, request.UploadId, completion.Id, level, index),
            cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The object. <see langword="null"/> when another write was faster, so the commit must be retried over its result.</returns>
    private async Task<ObjectProperties?> TryCommitAsync(
        string container, Completion completion, long generation, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitAsync(container, completion, generation, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed || error.IsOutcomeUnknown)
        {
            // The faster write may be this one's earlier attempt whose answer was lost, or another completion of the same upload.
            StoredObject? current = await reads.TryHeadAfterAsync(
                error, completion.Request.Bucket, completion.Request.Key, cancellationToken).ConfigureAwait(false);
            if (current?.MadeBy(completion.Request.UploadId) is { } made)
            {
                return made;
            }

            // A refusal although the generation matches has another reason, and a retry would not help.
            long now = current is null ? 0 : GcpProperties.Generation(current.Properties.Revision) ?? 0;

            // Without a condition the caller wants the last write to win, as with any retry of a plain put. Under a condition, a commit
            // that was overwritten looks the same as a lost one.
            if (error.Code != StorageErrorCode.PreconditionFailed
                || now == generation
                || (error.IsOutcomeUnknown && !completion.Request.Condition.IsNone))
            {
                throw;
            }

            completion.MayHaveLanded |= error.IsOutcomeUnknown;
            return null;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            await records.RequireAsync(
                container,
                completion.Request.Bucket,
                completion.Request.Key,
                completion.Request.UploadId,
                cancellationToken).ConfigureAwait(false);
            throw PartChanged(error);
        }
    }

    private async Task<ObjectProperties> CommitAsync(
        string container, Completion completion, long? ifGenerationMatch, CancellationToken cancellationToken)
    {
        CompleteUploadRequest request = completion.Request;
        GcsObject destination = GcpProperties.Resource(
            completion.Attributes, upstream.ClassOf(completion.Attributes), completion.Parts.ETag, completion.Parts.Size, request.UploadId);
        string name = names.ObjectName(request.Bucket, request.Key);
        GcsObject made = await unconditional.SendAsync(
            container,
            name,
            request.UploadId,
            ifGenerationMatch,
            (generation, repeats, tries) =>
                composer.ComposeAsync(container, name, completion.Sources, destination, generation, repeats, tries, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        StoredObject stored = GcpProperties.Read(request.Key, made);
        return stored.MadeBy(request.UploadId) is { } properties && properties.ETag == completion.Parts.ETag
            ? properties
            : throw new StorageException(
                StorageErrorCode.InternalError,
                "The answer to the completion shows another object. Read the object before you complete again.")
            {
                IsOutcomeUnknown = true,
            };
    }

    /// <summary>
    /// Another completion is about to commit over a generation that is no longer current. It will notice this, or it has died before or
    /// after its commit.
    /// </summary>
    private static async Task AwaitOtherAsync(ClaimWatch watch, UploadRecord record, CancellationToken cancellationToken)
    {
        if (watch.IsDead(record))
        {
            throw new StorageException(
                StorageErrorCode.UploadInvalidated,
                "A completion of this upload died during its commit, and the key was written since. It is unknown whether it had " +
                "committed. Abort the upload, and begin again if the object is not the expected one.");
        }

        await watch.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static StorageException PartsGone(StorageException error) => UpstreamErrors.Recode(
        error,
        StorageErrorCode.NoSuchUpload,
        "The parts of the write no longer exist. Another process has aborted the uploads of the bucket, or deleted the bucket. Write " +
        "again.");

    private static StorageException PartChanged(StorageException error) =>
        UpstreamErrors.Recode(
            error,
            StorageErrorCode.InvalidPart,
            "A part was uploaded again or deleted while the upload was completed. List the parts, and complete with the existing ones.");
}
