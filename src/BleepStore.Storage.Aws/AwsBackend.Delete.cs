using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        string name = _names.Object(request.Bucket, request.Key);
        return request.Condition switch
        {
            { IsNone: true } => _requests.WriteAsync(token => Client.DeleteObjectAsync(_make.Delete(Upstream(request.Bucket), name), token), cancellationToken),
            { IfAbsent: true } => throw new StorageException(StorageErrorCode.NotSupported, "Deleting what must not be there makes no sense."),
            _ => OnRevisionAsync(
                request.Bucket,
                request.Key,
                request.Condition,
                condition => WhenDecidedAsync(() => DeleteOnceAsync(Upstream(request.Bucket), name, condition, cancellationToken), cancellationToken),
                cancellationToken),
        };
    }

    /// <summary>Amazon's S3 can. Of another server it is tried once.</summary>
    public override async ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        (await _conditions.FindAsync(ConditionKind.Delete, Upstream(bucket), cancellationToken).ConfigureAwait(false)).IfMatch;

    /// <summary>One request for all the keys ("DeleteObjects", Amazon S3 API Reference).</summary>
    public override async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        var failures = new List<DeleteFailure>();
        var keys = new Dictionary<string, string>(request.Keys.Count, StringComparer.Ordinal);
        foreach (string key in request.Keys)
        {
            try
            {
                keys.Add(_names.Object(request.Bucket, key), key);
            }
            catch (StorageException error)
            {
                failures.Add(new DeleteFailure { Key = key, Error = error });
            }
        }

        if (keys.Count == 0)
        {
            return failures;
        }

        var delete = new S3.DeleteObjectsRequest
        {
            BucketName = Upstream(request.Bucket),
            Objects = [.. keys.Keys.Select(static name => new S3.KeyVersion { Key = name })],
            // Only the entry of a key proves that it was deleted.
            Quiet = false,
            RequestPayer = _make.Payer,
        };
        S3.DeleteObjectsResponse answer = await SendDeleteAsync(delete, cancellationToken).ConfigureAwait(false);
        failures.AddRange(Failures(answer, keys));
        return failures;
    }

    /// <summary>The failures that the answer tells of, and the keys that it does not tell of.</summary>
    private static IEnumerable<DeleteFailure> Failures(S3.DeleteObjectsResponse answer, Dictionary<string, string> keys)
    {
        S3.DeleteError? unknown = null;
        foreach (S3.DeleteError error in answer.DeleteErrors ?? [])
        {
            if (!keys.Remove(error.Key ?? "", out string? key))
            {
                unknown ??= error;
            }
            else if (error.Code != "NoSuchKey")
            {
                yield return new DeleteFailure { Key = key, Error = AwsErrors.FromEntry(error.Code, error.Message) };
            }
        }

        foreach (S3.DeletedObject deleted in answer.DeletedObjects ?? [])
        {
            keys.Remove(deleted.Key ?? "");
        }

        foreach (string key in keys.Values)
        {
            yield return new DeleteFailure
            {
                Key = key,
                Error = unknown is null
                    ? new StorageException(StorageErrorCode.ServiceUnavailable, "The answer does not tell whether the key was deleted. Delete the key again.") { IsOutcomeUnknown = true }
                    : AwsErrors.FromEntry(unknown.Code, unknown.Message),
            };
        }
    }

    private Task<S3.DeleteObjectsResponse> SendDeleteAsync(S3.DeleteObjectsRequest delete, CancellationToken cancellationToken) =>
        _requests.WriteAsync(
            async token =>
            {
                try
                {
                    return await Client.DeleteObjectsAsync(delete, token).ConfigureAwait(false);
                }
                catch (Amazon.S3.DeleteObjectsException some)
                {
                    return some.Response;
                }
            },
            cancellationToken);

    private async Task<S3.DeleteObjectResponse> DeleteOnceAsync(string bucket, string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        S3.DeleteObjectRequest delete = _make.Delete(bucket, name);
        delete.IfMatch = await _conditions.SpellAsync(ConditionKind.Delete, condition, bucket, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _requests.WriteAsync(token => Client.DeleteObjectAsync(delete, token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw NothingThere(condition, error);
        }
    }
}
