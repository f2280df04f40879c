using System.Net.Http.Headers;
using Amazon.Runtime;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        string name = _names.Object(request.Bucket, request.Key);
        return await OnRevisionAsync(
            request.Bucket,
            request.Key,
            request.Condition,
            condition => WhenDecidedAsync(() => PutOnceAsync(request, name, condition, cancellationToken), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        S3.GetObjectRequest get = _make.Get(Upstream(request.Bucket), _names.Object(request.Bucket, request.Key));
        get.ByteRange = request.Range is { } wanted && (wanted.Offset ?? wanted.Length) is not null ? new S3.ByteRange(wanted.ToString()) : null;
        get.EtagToMatch = request.IfRevision is { } revision ? AwsProperties.Quoted(revision) : null;
        Apply(request.Conditions, get);
        try
        {
            return Open(request, await _requests.ReadAsync(() => Client.GetObjectAsync(get, cancellationToken), cancellationToken).ConfigureAwait(false));
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange && request.Range is { } refused)
        {
            ObjectProperties current = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken).ConfigureAwait(false)).Properties;
            new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(current);
            if (current.Size == 0 && refused.IsSuffix)
            {
                // No range of an empty object can be satisfied in HTTP; the end of nothing is nothing.
                return new GetResult(current, refused.Resolve(0), Stream.Null);
            }

            throw new StorageException(StorageErrorCode.InvalidRange, $"The range {refused} holds no byte of an object of {current.Size} bytes.", error.InnerException)
            {
                Status = error.Status,
                ProviderCode = error.ProviderCode,
                RequestId = error.RequestId,
                ObjectSize = current.Size,
            };
        }
    }

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) => thrown is AmazonClientException
        ? new StorageException(StorageErrorCode.BadDigest, "The bytes that came down are not those that S3 has: their MD5 is not the object's ETag.", thrown)
        : AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        S3.GetObjectMetadataRequest head = _make.Head(Upstream(request.Bucket), _names.Object(request.Bucket, request.Key));
        try
        {
            S3.GetObjectMetadataResponse found = await _requests.ReadAsync(() => Client.GetObjectMetadataAsync(head, cancellationToken), cancellationToken).ConfigureAwait(false);
            _encryption.Note(found.ServerSideEncryptionMethod, found.ServerSideEncryptionCustomerMethod);
            return AwsProperties.Read(request.Key, found);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            await RequireBucketBehindAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The answer to a HEAD has no body, so that 404 can as well be about the bucket. Of the shared one that is asked once.</summary>
    private async Task RequireBucketBehindAsync(string bucket, CancellationToken cancellationToken)
    {
        if (!_shared && !await BucketExistsAsync(new BucketExistsRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false))
        {
            throw NoSuchBucket(bucket);
        }

        if (_shared && !_sharedSeen)
        {
            await RequireSharedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ObjectProperties> PutOnceAsync(PutRequest request, string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        string bucket = Upstream(request.Bucket);
        string? revision = await _conditions.SpellAsync(ConditionKind.Put, condition, bucket, cancellationToken).ConfigureAwait(false);
        Stream content = await _make.BodyAsync(request.Body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            bool keepsETag = _encryption.HidesMd5;
            S3.PutObjectRequest put = _make.Put(bucket, name, content, request.Body.Md5!.Value);
            AwsProperties.Apply(request.Attributes, put.Headers);
            AwsProperties.Apply(request.Attributes, put.Metadata, keepsETag ? request.Body.ETag : null, content.Length, request.WriteToken);
            put.StorageClass = AwsProperties.Class(request.Attributes, _options.StorageClass);
            put.IfMatch = revision;
            put.IfNoneMatch = condition.IfAbsent ? "*" : null;
            try
            {
                (S3.PutObjectResponse made, DateTimeOffset at) = await _requests.WriteDatedAsync(() => Client.PutObjectAsync(put, cancellationToken), cancellationToken).ConfigureAwait(false);
                string native = AwsProperties.Bare(made.ETag);
                bool isMd5 = _encryption.Note(made.ServerSideEncryptionMethod, made.ServerSideEncryptionCustomerMethod);
                RequireSame(request.Body, native, isMd5);
                return AwsProperties.Written(request.Key, content.Length, keepsETag ? request.Body.ETag : native, request.Attributes, native, at, _options.StorageClass);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && condition.IfRevision is not null)
            {
                throw NothingThere(condition, error);
            }
        }
    }

    /// <summary>What came back is compared with what was sent, where it is an MD5.</summary>
    private static void RequireSame(StorageBody sent, string etag, bool isMd5)
    {
        Span<byte> md5 = stackalloc byte[16];
        if (isMd5 && ETags.TryParseMd5(etag, md5) && !md5.SequenceEqual(sent.Md5!.Value.Span))
        {
            throw new StorageException(StorageErrorCode.InternalError, $"S3 has stored other bytes than were sent: their MD5 is {etag}, not {ETags.FromMd5(sent.Md5!.Value.Span)}. Put them again.");
        }
    }

    private GetResult Open(GetRequest request, S3.GetObjectResponse answer)
    {
        try
        {
            ContentRange range = RangeOf(answer);

            // Not every server refuses a range that begins past the end.
            ContentRange wanted = request.Range?.Resolve(range.ObjectSize) ?? range;
            bool isMd5 = _encryption.Note(answer.ServerSideEncryptionMethod, answer.ServerSideEncryptionCustomerMethod);
            return wanted == range
                ? new GetResult(AwsProperties.Read(request.Key, answer, range.ObjectSize).Properties, range, new DownloadStream(answer.ResponseStream, range.Length, isMd5))
                : throw new StorageException(StorageErrorCode.InternalError, $"S3 answered {range} when asked for {wanted}.");
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static ContentRange RangeOf(S3.GetObjectResponse answer) =>
        ContentRangeHeaderValue.TryParse(answer.ContentRange, out ContentRangeHeaderValue? range) && range is { From: { } from, To: { } to, Length: { } size }
            ? new ContentRange(from, to - from + 1, size)
            : new ContentRange(0, answer.ContentLength, answer.ContentLength);

    /// <summary>Hands on what the service judges as HTTP does, so that no body is sent in vain; an ETag only where S3's is ours.</summary>
    private void Apply(ReadConditions conditions, S3.GetObjectRequest get)
    {
        if (conditions.IfMatch is not null || get.EtagToMatch is not null)
        {
            return;
        }

        if (conditions.IfUnmodifiedSince is { } before)
        {
            get.UnmodifiedSinceDate = before.UtcDateTime;
        }
        else if (conditions.IfNoneMatch is { } etag)
        {
            get.EtagToNotMatch = _encryption.HidesMd5 || etag == "*" ? null : AwsProperties.Quoted(etag);
        }
        else if (conditions.IfModifiedSince is { } after)
        {
            get.ModifiedSinceDate = after.UtcDateTime;
        }
    }
}
