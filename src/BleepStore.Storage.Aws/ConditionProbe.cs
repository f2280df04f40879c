using Amazon.S3;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

/// <summary>Tries on a small internal object which conditions a server honours: one that does not hold must be refused, one that holds must not.</summary>
internal sealed class ConditionProbe(IAmazonS3 client, AwsNames names, AwsRequests requests, RequestFactory make)
{
    private const string OtherETag = "00000000000000000000000000000000";

    public async Task<ServerConditions> RunAsync(ConditionKind kind, string bucket, CancellationToken cancellationToken)
    {
        string name = names.Probe(Guid.NewGuid());
        string etag = AwsProperties.Bare((await PutAsync(bucket, name, ifMatch: null, ifAbsent: false, cancellationToken).ConfigureAwait(false)).ETag);
        try
        {
            return kind switch
            {
                ConditionKind.Put => await TryAsync(etag, (ifMatch, ifAbsent) => PutAsync(bucket, name, ifMatch, ifAbsent, cancellationToken)).ConfigureAwait(false),
                ConditionKind.Copy => await TryCopyAsync(bucket, name, etag, cancellationToken).ConfigureAwait(false),
                _ => await TryCompleteAsync(bucket, name, etag, cancellationToken).ConfigureAwait(false),
            };
        }
        finally
        {
            await requests.WriteAsync(() => client.DeleteObjectAsync(make.Delete(bucket, name), cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ServerConditions> TryAsync(string etag, Func<string?, bool, Task> writeAsync)
    {
        bool ifAbsent = !await IsDoneAsync(() => writeAsync(null, true)).ConfigureAwait(false);
        if (await IsDoneAsync(() => writeAsync(AwsProperties.Quoted(OtherETag), false)).ConfigureAwait(false))
        {
            return new ServerConditions(ifAbsent, IfMatch: false);
        }

        if (await IsDoneAsync(() => writeAsync(AwsProperties.Quoted(etag), false)).ConfigureAwait(false))
        {
            return new ServerConditions(ifAbsent, IfMatch: true);
        }

        bool bare = await IsDoneAsync(() => writeAsync(etag, false)).ConfigureAwait(false) && !await IsDoneAsync(() => writeAsync(OtherETag, false)).ConfigureAwait(false);
        return new ServerConditions(ifAbsent, IfMatch: bare, IsQuoted: !bare);
    }

    private async Task<ServerConditions> TryCopyAsync(string bucket, string name, string etag, CancellationToken cancellationToken)
    {
        string source = names.Probe(Guid.NewGuid());
        await PutAsync(bucket, source, ifMatch: null, ifAbsent: false, cancellationToken).ConfigureAwait(false);
        try
        {
            return await TryAsync(etag, (ifMatch, ifAbsent) =>
            {
                S3.CopyObjectRequest copy = make.Copy(bucket, source, bucket, name);
                copy.IfMatch = ifMatch;
                copy.IfNoneMatch = ifAbsent ? "*" : null;
                return requests.WriteAsync(() => client.CopyObjectAsync(copy, cancellationToken), cancellationToken);
            }).ConfigureAwait(false);
        }
        finally
        {
            await requests.WriteAsync(() => client.DeleteObjectAsync(make.Delete(bucket, source), cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An upload that a condition has stopped is still there, so that one serves for all the trials. One that is completed though it should not is the answer.</summary>
    private async Task<ServerConditions> TryCompleteAsync(string bucket, string name, string etag, CancellationToken cancellationToken)
    {
        S3.InitiateMultipartUploadResponse begun = await requests.WriteAsync(() => client.InitiateMultipartUploadAsync(make.Begin(bucket, name), cancellationToken), cancellationToken).ConfigureAwait(false);
        bool isOver = false;
        try
        {
            S3.PartETag part = await PartAsync(bucket, name, begun.UploadId, cancellationToken).ConfigureAwait(false);
            async Task CompleteAsync(string? ifMatch, bool ifAbsent)
            {
                S3.CompleteMultipartUploadRequest complete = make.Complete(bucket, name, begun.UploadId, [part]);
                complete.IfMatch = ifMatch;
                complete.IfNoneMatch = ifAbsent ? "*" : null;
                await requests.WriteAsync(() => client.CompleteMultipartUploadAsync(complete, cancellationToken), cancellationToken).ConfigureAwait(false);
                isOver = true;
            }

            if (await IsDoneAsync(() => CompleteAsync(ifMatch: null, ifAbsent: true)).ConfigureAwait(false))
            {
                return ServerConditions.None;
            }

            if (await IsDoneAsync(() => CompleteAsync(AwsProperties.Quoted(OtherETag), ifAbsent: false)).ConfigureAwait(false))
            {
                return new ServerConditions(IfAbsent: true, IfMatch: false);
            }

            bool quoted = await IsDoneAsync(() => CompleteAsync(AwsProperties.Quoted(etag), ifAbsent: false)).ConfigureAwait(false);
            bool bare = !quoted && await IsDoneAsync(() => CompleteAsync(etag, ifAbsent: false)).ConfigureAwait(false);
            return new ServerConditions(IfAbsent: true, IfMatch: quoted || bare, IsQuoted: !bare);
        }
        finally
        {
            if (!isOver)
            {
                await requests.WriteAsync(() => client.AbortMultipartUploadAsync(make.Abort(bucket, name, begun.UploadId), cancellationToken), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<S3.PartETag> PartAsync(string bucket, string name, string uploadId, CancellationToken cancellationToken)
    {
        var body = StorageBody.FromBytes(new byte[1]);
        Stream content = make.Body(body);
        await using (content.ConfigureAwait(false))
        {
            S3.UploadPartRequest part = make.Part(bucket, name, uploadId, 1, content, body.Md5!.Value);
            return new S3.PartETag(1, (await requests.WriteAsync(() => client.UploadPartAsync(part, cancellationToken), cancellationToken).ConfigureAwait(false)).ETag);
        }
    }

    private async Task<S3.PutObjectResponse> PutAsync(string bucket, string name, string? ifMatch, bool ifAbsent, CancellationToken cancellationToken)
    {
        var body = StorageBody.FromBytes(default);
        Stream content = make.Body(body);
        await using (content.ConfigureAwait(false))
        {
            S3.PutObjectRequest put = make.Put(bucket, name, content, body.Md5!.Value);
            put.IfMatch = ifMatch;
            put.IfNoneMatch = ifAbsent ? "*" : null;
            return await requests.WriteAsync(() => client.PutObjectAsync(put, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a write went through, and was not refused because of its condition, nor because the server knows none.</summary>
    private static async Task<bool> IsDoneAsync(Func<Task> writeAsync)
    {
        try
        {
            await writeAsync().ConfigureAwait(false);
            return true;
        }
        catch (StorageException refused) when (refused.Code is StorageErrorCode.PreconditionFailed or StorageErrorCode.NotSupported)
        {
            return false;
        }
    }
}
