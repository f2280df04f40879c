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
            { IsNone: true } => _requests.WriteAsync(() => Client.DeleteObjectAsync(_make.Delete(Upstream(request.Bucket), name), cancellationToken), cancellationToken),
            { IfAbsent: true } => throw new StorageException(StorageErrorCode.NotSupported, "Deleting what must not be there makes no sense."),
            _ => OnRevisionAsync(
                request.Bucket,
                request.Key,
                request.Condition,
                condition => WhenDecidedAsync(() => DeleteOnceAsync(Upstream(request.Bucket), name, condition, cancellationToken), cancellationToken),
                cancellationToken),
        };
    }

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
                failures.Add(new DeleteFailure(key, error));
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
            Quiet = true,
            RequestPayer = _make.Payer,
        };
        foreach (S3.DeleteError error in await SendDeleteAsync(delete, cancellationToken).ConfigureAwait(false))
        {
            if (keys.TryGetValue(error.Key, out string? key) && error.Code != "NoSuchKey")
            {
                failures.Add(new DeleteFailure(key, AwsErrors.FromEntry(error.Code, error.Message)));
            }
        }

        return failures;
    }

    private Task<List<S3.DeleteError>> SendDeleteAsync(S3.DeleteObjectsRequest delete, CancellationToken cancellationToken) => _requests.WriteAsync(
        async () =>
        {
            try
            {
                await Client.DeleteObjectsAsync(delete, cancellationToken).ConfigureAwait(false);
                return new List<S3.DeleteError>();
            }
            catch (Amazon.S3.DeleteObjectsException some)
            {
                return some.Response.DeleteErrors;
            }
        },
        cancellationToken);

    private async Task<S3.DeleteObjectResponse> DeleteOnceAsync(string bucket, string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        S3.DeleteObjectRequest delete = _make.Delete(bucket, name);
        delete.IfMatch = AwsProperties.Quoted(condition.IfRevision!);
        try
        {
            return await _requests.WriteAsync(() => Client.DeleteObjectAsync(delete, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            throw NothingThere(condition, error);
        }
    }
}
