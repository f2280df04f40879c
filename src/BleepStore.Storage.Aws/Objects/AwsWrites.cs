using BleepStore.Storage.Aws.Conditions;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Objects;

/// <summary>Puts and deletes.</summary>
internal sealed class AwsWrites(
    AwsBackendOptions options,
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    Encryption encryption,
    AwsRefusals refusals,
    ConditionSupport conditions,
    ConditionalWrites writes)
{
    /// <summary>The largest body of one request is 5 GB ("PutObject", Amazon S3 API Reference), which are binary gigabytes.</summary>
    public const long MaxSize = 5L * 1024 * 1024 * 1024;

    public async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        string name = names.ObjectName(request.Bucket, request.Key);
        return await writes.OnRevisionAsync(
            request.Bucket,
            request.Key,
            request.Condition,
            condition => writes.WhenDecidedAsync(
                request.Bucket, request.Key, condition, request.WriteToken, () =>
                    PutOnceAsync(request, name, condition, cancellationToken), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
    {
        string name = names.ObjectName(request.Bucket, request.Key);
        return request.Condition switch
        {
            { IsNone: true } => requests.WriteAsync(
                token => clients.Client.DeleteObjectAsync(make.Delete(upstream.Container(request.Bucket), name), token), cancellationToken),
            { IfAbsent: true } => throw new StorageException(
                StorageErrorCode.NotSupported, "A delete cannot require that no object exists. Leave out the condition."),
            _ => writes.OnRevisionAsync(
                request.Bucket,
                request.Key,
                request.Condition,
                condition => writes.WhenDecidedAsync(
                    () => DeleteOnceAsync(upstream.Container(request.Bucket), name, condition, cancellationToken), cancellationToken),
                cancellationToken),
        };
    }

    /// <summary>Amazon's S3 can. Of another server it is tried once.</summary>
    public async ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        (await conditions.FindAsync(ConditionKind.Delete, upstream.Container(bucket), cancellationToken).ConfigureAwait(false)).IfMatch;

    /// <summary>One request for all the keys ("DeleteObjects", Amazon S3 API Reference).</summary>
    public async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        var failures = new List<DeleteFailure>();
        var keys = new Dictionary<string, string>(request.Keys.Count, StringComparer.Ordinal);
        foreach (string key in request.Keys)
        {
            try
            {
                keys.Add(names.ObjectName(request.Bucket, key), key);
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
            BucketName = upstream.Container(request.Bucket),
            Objects = [.. keys.Keys.Select(static name => new S3.KeyVersion { Key = name })],
            // Only the entry of a key proves that it was deleted.
            Quiet = false,
            RequestPayer = make.Payer,
        };
        S3.DeleteObjectsResponse answer = await SendDeleteAsync(delete, cancellationToken).ConfigureAwait(false);
        failures.AddRange(Failures(answer, keys));
        return failures;
    }

    private async Task<ObjectProperties> PutOnceAsync(
        PutRequest request, string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        string bucket = upstream.Container(request.Bucket);
        string? revision = await conditions.SpellAsync(ConditionKind.Put, condition, bucket, cancellationToken).ConfigureAwait(false);
        Stream content = await make.BodyAsync(request.Body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            bool keepsETag = encryption.HidesMd5;
            S3.PutObjectRequest put = make.Put(bucket, name, content, request.Body.Md5!.Value);
            AwsProperties.Apply(request.Attributes, put.Headers);
            AwsProperties.Apply(request.Attributes, put.Metadata, keepsETag ? request.Body.ETag : null, content.Length, request.WriteToken);
            put.StorageClass = AwsProperties.Class(request.Attributes, options.StorageClass);
            put.IfMatch = revision;
            put.IfNoneMatch = condition.IfAbsent ? "*" : null;
            try
            {
                (S3.PutObjectResponse made, DateTimeOffset at) = await requests.WriteBodyAsync(
                    timer =>
                    {
                        put.InputStream = make.Watch(timer, content);
                        return clients.Client.PutObjectAsync(put, timer.Token);
                    },
                    cancellationToken).ConfigureAwait(false);
                string native = AwsProperties.Bare(made.ETag);
                bool isMd5 = encryption.Note(made.ServerSideEncryptionMethod, made.ServerSideEncryptionCustomerMethod);
                Proof.RequireSame(request.Body, native, isMd5);
                return AwsProperties.Written(
                    request.Key,
                    content.Length,
                    keepsETag ? request.Body.ETag : native,
                    request.Attributes,
                    native,
                    at,
                    options.StorageClass);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && condition.IfRevision is not null)
            {
                throw AwsErrors.NothingThere(condition, error);
            }
            catch (StorageException error) when (refusals.IsAboutBlockedEncryption(error))
            {
                throw refusals.EncryptionBlocked(error);
            }
            catch (StorageException error) when (refusals.IsAboutMetadata(error, put.Metadata))
            {
                throw AwsRefusals.TooMuchMetadata(error);
            }
        }
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
                    ? new StorageException(
                        StorageErrorCode.ServiceUnavailable,
                        "The answer does not show whether the key was deleted. Delete the key again.")
                    {
                        IsOutcomeUnknown = true,
                    }
                    : AwsErrors.FromEntry(unknown.Code, unknown.Message),
            };
        }
    }

    private Task<S3.DeleteObjectsResponse> SendDeleteAsync(S3.DeleteObjectsRequest delete, CancellationToken cancellationToken) =>
        requests.WriteAsync(
            async token =>
            {
                try
                {
                    return await clients.Client.DeleteObjectsAsync(delete, token).ConfigureAwait(false);
                }
                catch (Amazon.S3.DeleteObjectsException some)
                {
                    return some.Response;
                }
            },
            cancellationToken);

    private async Task<S3.DeleteObjectResponse> DeleteOnceAsync(
        string bucket, string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        S3.DeleteObjectRequest delete = make.Delete(bucket, name);
        delete.IfMatch = await conditions.SpellAsync(ConditionKind.Delete, condition, bucket, cancellationToken).ConfigureAwait(false);
        try
        {
            return await requests.WriteAsync(token => clients.Client.DeleteObjectAsync(delete, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw AwsErrors.NothingThere(condition, error);
        }
    }
}
