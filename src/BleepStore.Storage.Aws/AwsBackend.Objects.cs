using System.Net.Http.Headers;
using Amazon.Runtime;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    /// <summary>What every server is known to keep of one metadata value, in bytes.</summary>
    private const int SafeMetadataValue = 256;

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        string name = _names.Object(request.Bucket, request.Key);
        return await OnRevisionAsync(
            request.Bucket,
            request.Key,
            request.Condition,
            condition => WhenDecidedAsync(
                request.Bucket, request.Key, condition, request.WriteToken, () => PutOnceAsync(request, name, condition, cancellationToken), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        S3.GetObjectRequest get = _make.Get(Upstream(request.Bucket), _names.Object(request.Bucket, request.Key));
        get.ByteRange =
            request.Range is { } wanted && (wanted.Offset ?? wanted.Length) is not null ? new S3.ByteRange(wanted.ToString()) : null;
        get.EtagToMatch = request.IfRevision is { } revision ? AwsProperties.Quoted(revision) : null;
        Apply(request.Conditions, get);
        try
        {
            S3.GetObjectResponse answer =
                await _requests.ReadAsync(token => Client.GetObjectAsync(get, token), cancellationToken).ConfigureAwait(false);
            if (get.ByteRange is null && answer.Headers.ContentLength < 0)
            {
                // Something on the way took the length away. The answer to a range names the length of the whole.
                AwsRequests.Discard(answer);
                get.ByteRange = new S3.ByteRange("bytes=0-");
                answer = await _requests.ReadAsync(token => Client.GetObjectAsync(get, token), cancellationToken).ConfigureAwait(false);
            }

            return Open(request, answer);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange && request.Range is null)
        {
            // Nothing but an empty object has no first byte.
            ObjectProperties current = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken).ConfigureAwait(false)).Properties;
            if (current.Size == 0)
            {
                return new GetResult { Properties = current, Range = new ContentRange(0, 0, 0), Content = Stream.Null };
            }

            throw;
        }
        catch (StorageException error) when (IsAboutCustomerKey(error))
        {
            throw CustomerKeyNeeded(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange && request.Range is { } refused)
        {
            ObjectProperties current = (await HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, cancellationToken).ConfigureAwait(false)).Properties;
            new WriteCondition { IfRevision = request.IfRevision }.ThrowIfNotMet(current);
            if (current.Size == 0 && refused.IsSuffix)
            {
                // No range of an empty object can be satisfied in HTTP; the end of nothing is nothing.
                return new GetResult { Properties = current, Range = refused.Resolve(0), Content = Stream.Null };
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

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) =>
        thrown is AmazonClientException
        ? new StorageException(StorageErrorCode.BadDigest, "The bytes that came down are not those that S3 has: their MD5 is not the object's ETag.", thrown)
        : AwsErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        S3.GetObjectMetadataRequest head = _make.Head(Upstream(request.Bucket), _names.Object(request.Bucket, request.Key));
        try
        {
            S3.GetObjectMetadataResponse found =
                await _requests.ReadAsync(token => Client.GetObjectMetadataAsync(head, token), cancellationToken).ConfigureAwait(false);
            _encryption.Note(found.ServerSideEncryptionMethod, found.ServerSideEncryptionCustomerMethod);
            long size = found.Headers.ContentLength;
            return AwsProperties.Read(request.Key, found, size >= 0 ? size : await FindSizeAsync(request, found.ETag, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageException error) when (IsAboutCustomerKey(error) || error is { Status: 400, ProviderCode: "BadRequest", Code: StorageErrorCode.InternalError })
        {
            throw CustomerKeyNeeded(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            await RequireBucketBehindAsync(request.Bucket, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// The size of an object whose HEAD does not tell it: something on the way took the length away. The answer to a range names it.
    /// </summary>
    private async Task<long> FindSizeAsync(HeadRequest request, string etag, CancellationToken cancellationToken)
    {
        S3.GetObjectRequest get = _make.Get(Upstream(request.Bucket), _names.Object(request.Bucket, request.Key));
        get.ByteRange = new S3.ByteRange(0, 0);
        get.EtagToMatch = etag;
        try
        {
            S3.GetObjectResponse answer =
                await _requests.ReadAsync(token => Client.GetObjectAsync(get, token), cancellationToken).ConfigureAwait(false);
            AwsRequests.Discard(answer);
            return AwsErrors.SizeIn(answer.ContentRange) ?? throw WithoutLength();
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            return error.ObjectSize ?? 0;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            throw With(StorageErrorCode.OperationAborted, "The object was replaced while it was looked at. Look again.", error);
        }
    }

    private static StorageException WithoutLength() => new(
        StorageErrorCode.InternalError,
        "The answer tells neither the length of the object nor that of the range. Look for a proxy that changes answers between this machine and S3.");

    private static bool IsAboutCustomerKey(StorageException error) =>
        error is { Status: 400, ProviderCode: "InvalidRequest", Code: StorageErrorCode.InternalError };

    private StorageException CustomerKeyNeeded(StorageException error) => With(
        StorageErrorCode.AccessDenied,
        _options.CustomerKey is null
            ? $"S3 does not show the object. It shows an object under a customer's key (SSE-C) only to a request with that key. Set {nameof(AwsBackendOptions.Encryption)} and {nameof(AwsBackendOptions.CustomerKey)}."
            : $"S3 does not show the object to a request with a customer's key. If the object is not under such a key, read it with a store that has no {nameof(AwsBackendOptions.CustomerKey)}.",
        error);

    /// <summary>Buckets refuse SSE-C by default since April 2026 ("Blocking or unblocking SSE-C", Amazon S3 User Guide).</summary>
    private bool IsAboutBlockedEncryption(StorageException error) =>
        error.Code == StorageErrorCode.AccessDenied && _options.CustomerKey is not null;

    private static StorageException EncryptionBlocked(StorageException error) => With(
        StorageErrorCode.AccessDenied,
        "S3 refused to write under a customer's key (SSE-C). Amazon's S3 blocks SSE-C in buckets by default since April 2026. Allow SSE-C in the bucket's default encryption, or use "
        + $"{nameof(AwsEncryption)}.{nameof(AwsEncryption.Kms)}. Otherwise check the permissions of the credential.",
        error);

    /// <summary>
    /// The answer to a HEAD has no body, so that 404 can as well be about the bucket. Of the shared one that is asked once.
    /// </summary>
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
                (S3.PutObjectResponse made, DateTimeOffset at) = await _requests.WriteBodyAsync(
                    timer =>
                    {
                        put.InputStream = _make.Watch(timer, content);
                        return Client.PutObjectAsync(put, timer.Token);
                    },
                    cancellationToken).ConfigureAwait(false);
                string native = AwsProperties.Bare(made.ETag);
                bool isMd5 = _encryption.Note(made.ServerSideEncryptionMethod, made.ServerSideEncryptionCustomerMethod);
                RequireSame(request.Body, native, isMd5);
                return AwsProperties.Written(request.Key, content.Length, keepsETag ? request.Body.ETag : native, request.Attributes, native, at, _options.StorageClass);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && condition.IfRevision is not null)
            {
                throw NothingThere(condition, error);
            }
            catch (StorageException error) when (IsAboutBlockedEncryption(error))
            {
                throw EncryptionBlocked(error);
            }
            catch (StorageException error) when (IsAboutMetadata(error, put.Metadata))
            {
                throw TooMuchMetadata(error);
            }
        }
    }

    /// <summary>Servers have limits of their own (Swift: 256 bytes of a value) and no code for them.</summary>
    private bool IsAboutMetadata(StorageException error, S3.MetadataCollection metadata) =>
        _clients.Compatibility == AwsCompatibility.S3Compatible
        && error is { Status: 400, Code: StorageErrorCode.InternalError }
        && metadata.Keys.Any(name => metadata[name].Length > SafeMetadataValue);

    private static StorageException TooMuchMetadata(StorageException error) => With(
        StorageErrorCode.MetadataTooLarge,
        $"The server refused an object with a metadata value of more than {SafeMetadataValue} bytes. Some servers keep no longer ones. Use shorter values.",
        error);

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
                ? new GetResult
                {
                    Properties = AwsProperties.Read(request.Key, answer, range.ObjectSize).Properties,
                    Range = range,
                    Content = new DownloadStream(answer.ResponseStream, range.Length, isMd5),
                }
                : throw new StorageException(StorageErrorCode.InternalError, $"S3 answered {range} when asked for {wanted}.");
        }
        catch
        {
            AwsRequests.Discard(answer);
            throw;
        }
    }

    private static ContentRange RangeOf(S3.GetObjectResponse answer) =>
        ContentRangeHeaderValue.TryParse(answer.ContentRange, out ContentRangeHeaderValue? range) && range is { From: { } from, To: { } to, Length: { } size }
            ? new ContentRange(from, to - from + 1, size)
            : answer.Headers.ContentLength is var length and >= 0
                ? new ContentRange(0, length, length)
                : throw WithoutLength();

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
        else if (conditions.IfNoneMatch is { } none)
        {
            get.EtagToNotMatch = _encryption.HidesMd5 || none.Only is not { } etag ? null : AwsProperties.Quoted(etag);
        }
        else if (conditions.IfModifiedSince is { } after)
        {
            get.ModifiedSinceDate = after.UtcDateTime;
        }
    }
}
