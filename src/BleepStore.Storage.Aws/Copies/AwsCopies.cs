using System.Globalization;
using Amazon.S3;
using BleepStore.Storage.Aws.Conditions;
using BleepStore.Storage.Aws.Objects;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Copies;

/// <summary>Copies on the server.</summary>
internal sealed class AwsCopies(
    AwsBackendOptions options,
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    Encryption encryption,
    AwsRefusals refusals,
    ConditionSupport conditions,
    ConditionalWrites writes,
    AwsReads reads)
{
    /// <summary>The limit is 5 GB ("CopyObject", Amazon S3 API Reference), which are binary gigabytes.</summary>
    public const long MaxSize = 5L * 1024 * 1024 * 1024;

    /// <summary>
    /// Sends one CopyObject, pinned to the source's revision. Attributes are always sent and never left to the server, which would copy the
    /// source's write token.
    /// </summary>
    public Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        string source = names.ObjectName(request.Source.Bucket, request.Source.Key);
        string name = names.ObjectName(request.Bucket, request.Key);
        return writes.OnRevisionAsync(
            request.Bucket,
            request.Key,
            request.Condition,
            condition => writes.WhenDecidedAsync(
                request.Bucket, request.Key, condition, request.WriteToken, () =>
                    CopyOnceAsync(request, source, name, condition, cancellationToken), cancellationToken),
            cancellationToken);
    }

    private async Task<ObjectProperties> CopyOnceAsync(
        CopyRequest request, string source, string name, WriteCondition condition, CancellationToken cancellationToken)
    {
        string bucket = upstream.Container(request.Bucket);
        string? revision = await conditions.SpellAsync(ConditionKind.Copy, condition, bucket, cancellationToken).ConfigureAwait(false);
        ObjectAttributes attributes = request.Attributes ?? request.SourceProperties;
        ObjectProperties from = request.SourceProperties;
        string? kept = from.ETag == from.Revision ? null : from.ETag;
        S3.CopyObjectRequest copy = make.Copy(upstream.Container(request.Source.Bucket), source, bucket, name);
        copy.MetadataDirective = S3MetadataDirective.REPLACE;
        AwsProperties.Apply(attributes, copy.Headers);
        AwsProperties.Apply(attributes, copy.Metadata, kept, from.Size, request.WriteToken);
        copy.StorageClass = AwsProperties.Class(attributes, options.StorageClass);
        copy.ETagToMatch = AwsProperties.Quoted(from.Revision);
        copy.IfMatch = revision;
        copy.IfNoneMatch = condition.IfAbsent ? "*" : null;
        try
        {
            (S3.CopyObjectResponse made, DateTimeOffset at) =
                await requests.WorkAsync(token => clients.Client.CopyObjectAsync(copy, token), cancellationToken).ConfigureAwait(false);
            string native = AwsProperties.Bare(made.ETag);
            if (native.Length == 0)
            {
                native = await FindCopyAsync(request, cancellationToken).ConfigureAwait(false);
            }

            bool isMd5 = encryption.Note(made.ServerSideEncryptionMethod, made.ServerSideEncryptionCustomerMethod);
            if (clients.Compatibility == AwsCompatibility.S3Compatible && isMd5 && !encryption.HidesMd5)
            {
                RequirePinned(from, native);
            }

            DateTimeOffset written = DateTimeOffset.TryParse(
                made.LastModified,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTimeOffset told) ? told : at;
            return AwsProperties.Written(request.Key, from.Size, kept ?? native, attributes, native, written, options.StorageClass);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed && condition.IsNone)
        {
            throw UpstreamErrors.SourceReplaced(error);
        }
        catch (StorageException error) when (refusals.IsAboutBlockedEncryption(error))
        {
            throw refusals.EncryptionBlocked(error);
        }
        catch (StorageException error) when (refusals.IsAboutMetadata(error, copy.Metadata))
        {
            throw AwsRefusals.TooMuchMetadata(error);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey && condition.IfRevision is not null)
        {
            // Finds out which of the two is missing.
            await reads.HeadAsync(new HeadRequest { Bucket = request.Source.Bucket, Key = request.Source.Key }, cancellationToken)
                .ConfigureAwait(false);
            throw AwsErrors.NothingThere(condition, error);
        }
    }

    /// <summary>Not every server reports the object that it has created. Then the object is read.</summary>
    private async Task<string> FindCopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        StoredObject? found;
        try
        {
            found = await reads.TryHeadAsync(request.Bucket, request.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
        {
            throw UpstreamErrors.Recode(
                error,
                error.Code,
                "The server reports that it has made the copy, but the copy cannot be read. Allow the credential to read it.",
                isOutcomeUnknown: true);
        }

        return found is not null && (request.WriteToken is not { } token || found.MadeBy(token) is not null)
            ? found.Properties.Revision
            : throw new StorageException(
                StorageErrorCode.OperationAborted,
                "The server reports that it has made the copy, but the key has another object. Read the object before you copy again.")
            {
                IsOutcomeUnknown = true,
            };
    }

    /// <summary>
    /// Only Amazon's S3 reliably honours the pin of the source. Where both ETags are MD5s, a violation is visible afterwards. Under KMS an
    /// ETag only looks like an MD5, as the HEAD of such a source reports.
    /// </summary>
    private static void RequirePinned(ObjectProperties source, string copied)
    {
        Span<byte> md5 = stackalloc byte[16];
        if (copied != source.Revision && ETags.TryParseMd5(copied, md5) && ETags.TryParseMd5(source.Revision, md5))
        {
            throw new StorageException(
                StorageErrorCode.OperationAborted,
                "The source was replaced while it was copied, and the server ignored the condition on the source. The copy has the " +
                $"ETag {copied}, not {source.Revision}. Copy again.");
        }
    }
}
