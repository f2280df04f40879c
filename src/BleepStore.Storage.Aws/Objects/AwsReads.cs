using System.Net.Http.Headers;
using Amazon.Runtime;
using BleepStore.Storage.Aws.Buckets;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Objects;

/// <summary>Gets and heads.</summary>
internal sealed class AwsReads(
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    Encryption encryption,
    AwsRefusals refusals,
    BucketLooks looks)
{
    public async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        S3.GetObjectRequest get = make.Get(upstream.Container(request.Bucket), names.ObjectName(request.Bucket, request.Key));
        get.ByteRange =
            request.Range is { } wanted && (wanted.Offset ?? wanted.Length) is not null ? new S3.ByteRange(wanted.ToString()) : null;
        get.EtagToMatch = request.IfRevision is { } revision ? AwsProperties.Quoted(revision) : null;
        Apply(request.Conditions, get);
        try
        {
            S3.GetObjectResponse answer =
                await requests.ReadAsync(token => clients.Client.GetObjectAsync(get, token), cancellationToken).ConfigureAwait(false);
            if (get.ByteRange is null && answer.Headers.ContentLength < 0)
            {
                // A proxy removed the length. The answer to a range contains the length of the whole object.
                AwsRequests.Discard(answer);
                get.ByteRange = new S3.ByteRange("bytes=0-");
                answer = await requests.ReadAsync(token => clients.Client.GetObjectAsync(get, token), cancellationToken)
                    .ConfigureAwait(false);
            }

            return Open(request, answer);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange && request.Range is null)
        {
            // Only an empty object has no first byte.
            ObjectProperties current = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken)
                .ConfigureAwait(false)).Properties;
            if (current.Size == 0)
            {
                return new GetResult { Properties = current, Range = new ContentRange(0, 0, 0), Content = Stream.Null };
            }

            throw;
        }
        catch (StorageException error) when (AwsRefusals.IsAboutCustomerKey(error))
        {
            throw refusals.CustomerKeyNeeded(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange && request.Range is { } refused)
        {
            ObjectProperties current = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken)
                .ConfigureAwait(false)).Properties;
            new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(current);
            if (current.Size == 0 && refused.IsSuffix)
            {
                // HTTP cannot satisfy a range of an empty object, but the suffix of an empty object is empty.
                return new GetResult { Properties = current, Range = refused.Resolve(0), Content = Stream.Null };
            }

            throw UpstreamErrors.Recode(
                error,
                StorageErrorCode.InvalidRange,
                $"The range {refused} holds no byte of an object of {current.Size} bytes.",
                objectSize: current.Size);
        }
    }

    public static StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) =>
        thrown is AmazonClientException
        ? new StorageException(
            StorageErrorCode.BadDigest, "The received bytes differ from those of S3, because their MD5 is not the object's ETag.", thrown)
        : AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

    public async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        S3.GetObjectMetadataRequest head = make.Head(upstream.Container(request.Bucket), names.ObjectName(request.Bucket, request.Key));
        try
        {
            S3.GetObjectMetadataResponse found =
                await requests.ReadAsync(token => clients.Client.GetObjectMetadataAsync(head, token), cancellationToken)
                    .ConfigureAwait(false);
            encryption.Note(found.ServerSideEncryptionMethod, found.ServerSideEncryptionCustomerMethod);
            long size = found.Headers.ContentLength;
            return AwsProperties.Read(
                request.Key, found, size >= 0 ? size : await FindSizeAsync(request, found.ETag, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageException error) when (AwsRefusals.IsAboutCustomerKey(error)
            || error is { Status: 400, ProviderCode: "BadRequest", Code: StorageErrorCode.InternalError })
        {
            throw refusals.CustomerKeyNeeded(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            await looks.RequireBehindAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    public async Task<StoredObject?> TryHeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await HeadAsync(new HeadRequest { Bucket = bucket, Key = key }, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            return null;
        }
    }

    /// <summary>
    /// Finds the size of an object whose HEAD lacks it, because a proxy removed the length. The answer to a range contains it.
    /// </summary>
    private async Task<long> FindSizeAsync(HeadRequest request, string etag, CancellationToken cancellationToken)
    {
        S3.GetObjectRequest get = make.Get(upstream.Container(request.Bucket), names.ObjectName(request.Bucket, request.Key));
        get.ByteRange = new S3.ByteRange(0, 0);
        get.EtagToMatch = etag;
        try
        {
            S3.GetObjectResponse answer =
                await requests.ReadAsync(token => clients.Client.GetObjectAsync(get, token), cancellationToken).ConfigureAwait(false);
            AwsRequests.Discard(answer);
            return AwsErrors.SizeIn(answer.ContentRange) ?? throw WithoutLength();
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            return error.ObjectSize ?? 0;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            throw UpstreamErrors.Recode(
                error, StorageErrorCode.OperationAborted, "The object was replaced while it was read. Read it again.");
        }
    }

    private static StorageException WithoutLength() => new(
        StorageErrorCode.InternalError,
        "The answer has neither the length of the object nor that of the range. Look for a proxy that changes answers between this " +
        "machine and S3.");

    private GetResult Open(GetRequest request, S3.GetObjectResponse answer)
    {
        try
        {
            ContentRange range = RangeOf(answer);

            // Not every server refuses a range that begins past the end.
            ContentRange wanted = request.Range?.Resolve(range.ObjectSize) ?? range;
            bool isMd5 = encryption.Note(answer.ServerSideEncryptionMethod, answer.ServerSideEncryptionCustomerMethod);
            ObjectProperties properties = AwsProperties.Read(request.Key, answer, range.ObjectSize).Properties;
            return wanted == range
                ? new GetResult
                {
                    Properties = properties,
                    Range = range,

                    // Under SSE-KMS and SSE-C an object stores this library's ETag as metadata, because S3's own is no MD5.
                    HasOpaqueETag = !isMd5 && properties.ETag == properties.Revision,
                    Content = new DownloadStream(answer.ResponseStream, range.Length, isMd5),
                }
                : throw new StorageException(
                    StorageErrorCode.InternalError,
                    $"S3 answered {range} when asked for {wanted}. Look for a proxy that changes answers.");
        }
        catch
        {
            AwsRequests.Discard(answer);
            throw;
        }
    }

    private static ContentRange RangeOf(S3.GetObjectResponse answer) =>
        ContentRangeHeaderValue.TryParse(answer.ContentRange, out ContentRangeHeaderValue? range)
            && range is { From: { } from, To: { } to, Length: { } size }
            ? new ContentRange(from, to - from + 1, size)
            : answer.Headers.ContentLength is var length and >= 0
                ? new ContentRange(0, length, length)
                : throw WithoutLength();

    /// <summary>
    /// Sends the conditions that the service evaluates as HTTP does, which saves sending unneeded bodies. An ETag is sent only where S3's
    /// ETag is this library's.
    /// </summary>
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
        else if (conditions.IfNoneMatch is { } none)
        {
            get.EtagToNotMatch = encryption.HidesMd5 || none.Only is not { } etag ? null : AwsProperties.Quoted(etag);
        }
        else if (conditions.IfModifiedSince is { } after)
        {
            get.ModifiedSinceDate = after.UtcDateTime;
        }
    }
}
