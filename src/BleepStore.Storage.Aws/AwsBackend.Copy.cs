using System.Globalization;
using System.Runtime.ExceptionServices;
using Amazon.S3;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    /// <summary>
    /// "UploadPartCopy", Amazon S3 API Reference: a range can be copied only from an object larger than this. Recorded answers of Amazon's
    /// S3 show otherwise. So the request is tried first.
    /// </summary>
    private const long MinRangeSource = 5L * 1024 * 1024;

    /// <summary>
    /// One CopyObject, pinned to the source's revision. Attributes are always said and never left to the server: it would carry the
    /// source's write token along.
    /// </summary>
    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        string source = _names.Object(request.Source.Bucket, request.Source.Key);
        string name = _names.Object(request.Bucket, request.Key);
        return OnRevisionAsync(
            request.Bucket,
            request.Key,
            request.Condition,
            condition => WhenDecidedAsync(
                request.Bucket, request.Key, condition, request.WriteToken, () => CopyOnceAsync(request, source, name, condition, cancellationToken), cancellationToken),
            cancellationToken);
    }

    public override async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        string source = _names.Object(request.Source.Bucket, request.Source.Key);
        string name = _names.Object(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        if (request.Range.Length == 0)
        {
            return await UploadCopiedAsync(request, StorageBody.FromBytes(default), cancellationToken).ConfigureAwait(false);
        }

        var copy = new S3.CopyPartRequest
        {
            SourceBucket = Upstream(request.Source.Bucket),
            SourceKey = source,
            DestinationBucket = Upstream(request.Bucket),
            DestinationKey = name,
            UploadId = id.Upstream,
            PartNumber = request.PartNumber,
            FirstByte = request.Range.IsWhole ? null : request.Range.Offset,
            LastByte = request.Range.IsWhole ? null : request.Range.Offset + request.Range.Length - 1,
            ETagToMatch = [AwsProperties.Quoted(request.SourceProperties.Revision)],
            RequestPayer = _make.Payer,
        };
        _encryption.Apply(copy);
        try
        {
            (S3.CopyPartResponse made, _) =
                await _requests.WorkAsync(token => Client.CopyPartAsync(copy, token), cancellationToken).ConfigureAwait(false);
            return new PartInfo { PartNumber = request.PartNumber, ETag = AwsProperties.Bare(made.ETag), Size = request.Range.Length };
        }
        catch (StorageException error) when (error.Status == 400 && !request.Range.IsWhole && request.SourceProperties.Size <= MinRangeSource)
        {
            return await RelayAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (IsAboutPart(error))
        {
            throw PartRefused(error, request.PartNumber);
        }
    }

    private async Task<ObjectProperties> CopyOnceAsync(CopyRequest request, string source, string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        string bucket = Upstream(request.Bucket);
        string? revision = await _conditions.SpellAsync(ConditionKind.Copy, condition, bucket, cancellationToken).ConfigureAwait(false);
        ObjectAttributes attributes = request.Attributes ?? request.SourceProperties;
        ObjectProperties from = request.SourceProperties;
        string? kept = from.ETag == from.Revision ? null : from.ETag;
        S3.CopyObjectRequest copy = _make.Copy(Upstream(request.Source.Bucket), source, bucket, name);
        copy.MetadataDirective = S3MetadataDirective.REPLACE;
        AwsProperties.Apply(attributes, copy.Headers);
        AwsProperties.Apply(attributes, copy.Metadata, kept, from.Size, request.WriteToken);
        copy.StorageClass = AwsProperties.Class(attributes, _options.StorageClass);
        copy.ETagToMatch = AwsProperties.Quoted(from.Revision);
        copy.IfMatch = revision;
        copy.IfNoneMatch = condition.IfAbsent ? "*" : null;
        try
        {
            (S3.CopyObjectResponse made, DateTimeOffset at) =
                await _requests.WorkAsync(token => Client.CopyObjectAsync(copy, token), cancellationToken).ConfigureAwait(false);
            string native = AwsProperties.Bare(made.ETag);
            if (native.Length == 0)
            {
                native = await FindCopyAsync(request, cancellationToken).ConfigureAwait(false);
            }

            bool isMd5 = _encryption.Note(made.ServerSideEncryptionMethod, made.ServerSideEncryptionCustomerMethod);
            if (_clients.Compatibility == AwsCompatibility.S3Compatible && isMd5 && !_encryption.HidesMd5)
            {
                RequirePinned(from, native);
            }

            DateTimeOffset written = DateTimeOffset.TryParse(made.LastModified, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset told) ? told : at;
            return AwsProperties.Written(request.Key, from.Size, kept ?? native, attributes, native, written, _options.StorageClass);
        }
        catch (StorageException error) when (IsAboutBlockedEncryption(error))
        {
            throw EncryptionBlocked(error);
        }
        catch (StorageException error) when (IsAboutMetadata(error, copy.Metadata))
        {
            throw TooMuchMetadata(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && condition.IfRevision is not null)
        {
            // Which of the two is missing?
            await HeadAsync(new HeadRequest { Bucket = request.Source.Bucket, Key = request.Source.Key }, cancellationToken).ConfigureAwait(false);
            throw NothingThere(condition, error);
        }
    }

    /// <summary>Not every server says what it has made. Then the object is looked at.</summary>
    private async Task<string> FindCopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        StoredObject? found;
        try
        {
            found = await TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
        {
            throw With(error.Code, "The server says that it made the copy, but the copy cannot be looked at. Allow the credential to read it.", error, isOutcomeUnknown: true);
        }

        return found is not null && (request.WriteToken is null || request.WriteToken == found.WriteToken)
            ? found.Properties.Revision
            : throw new StorageException(
                StorageErrorCode.OperationAborted,
                "The server says that it made the copy, but the object at the key is another one. Look at the object before you copy again.")
            {
                IsOutcomeUnknown = true,
            };
    }

    /// <summary>
    /// Not every server but Amazon's looks at the source's pin. Where both are MD5s, that it was broken shows afterwards. Under KMS an ETag
    /// only looks like one: the HEAD of such a source has said so.
    /// </summary>
    private static void RequirePinned(ObjectProperties source, string copied)
    {
        Span<byte> md5 = stackalloc byte[16];
        if (copied != source.Revision && ETags.TryParseMd5(copied, md5) && ETags.TryParseMd5(source.Revision, md5))
        {
            throw new StorageException(
                StorageErrorCode.OperationAborted,
                $"The source was replaced while it was copied, and the server did not look at the condition that was to prevent it: the copy has the ETag {copied}, not {source.Revision}. Copy again.");
        }
    }

    /// <summary>A server that copies no range out of a small object refuses it. At most 5 MiB then pass through this client.</summary>
    private async Task<PartInfo> RelayAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        var get = new GetRequest
        {
            Bucket = request.Source.Bucket,
            Key = request.Source.Key,
            Range = ByteRange.From(request.Range.Offset, request.Range.Length),
            IfRevision = request.SourceProperties.Revision,
        };
        GetResult found = await GetAsync(get, cancellationToken).ConfigureAwait(false);
        byte[] bytes = new byte[request.Range.Length];
        await using (found.Content.ConfigureAwait(false))
        {
            try
            {
                await found.Content.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception thrown) when (MapReadFailure(thrown, cancellationToken) is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
                throw;
            }
        }

        return await UploadCopiedAsync(request, StorageBody.FromBytes(bytes), cancellationToken).ConfigureAwait(false);
    }

    private Task<PartInfo> UploadCopiedAsync(CopyPartRequest request, StorageBody body, CancellationToken cancellationToken) =>
        UploadPartAsync(
        new UploadPartRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId, PartNumber = request.PartNumber, Body = body },
        cancellationToken);
}
