using System.Runtime.ExceptionServices;
using Amazon.S3;
using BleepStore.Storage.Aws.Objects;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>Uploads and copies parts.</summary>
internal sealed class AwsParts(
    AwsUpstream upstream,
    AwsClients clients,
    AwsNames names,
    AwsRequests requests,
    RequestFactory make,
    Encryption encryption,
    AwsReads reads)
{
    /// <summary>
    /// A range can be copied only from an object larger than this ("UploadPartCopy", Amazon S3 API Reference). Recorded answers of Amazon's
    /// S3 show otherwise. So the request is tried first.
    /// </summary>
    private const long MinRangeSource = 5L * 1024 * 1024;

    public async Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        string name = names.ObjectName(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        Stream content = await make.BodyAsync(request.Body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            S3.UploadPartRequest part =
                make.Part(upstream.Container(request.Bucket), name, id.Upstream, request.PartNumber, content, request.Body.Md5!.Value);
            S3.UploadPartResponse made;
            try
            {
                (made, _) = await UploadErrors.OfUploadAsync(() => requests.WriteBodyAsync(
                    timer =>
                    {
                        part.InputStream = make.Watch(timer, content);
                        return clients.Client.UploadPartAsync(part, timer.Token);
                    },
                    cancellationToken)).ConfigureAwait(false);
            }
            catch (StorageException error) when (AwsRefusals.IsAboutPart(error))
            {
                throw AwsRefusals.PartRefused(error, request.PartNumber);
            }

            string etag = AwsProperties.Bare(made.ETag);
            ServerSideEncryptionCustomerMethod? customerMethod =
                made.SSECustomerAlgorithm is { Length: > 0 } ? ServerSideEncryptionCustomerMethod.AES256 : null;
            Proof.RequireSame(request.Body, etag, encryption.Note(made.ServerSideEncryptionMethod, customerMethod));
            return new PartInfo { PartNumber = request.PartNumber, ETag = etag, Size = content.Length };
        }
    }

    public async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        string source = names.ObjectName(request.Source.Bucket, request.Source.Key);
        string name = names.ObjectName(request.Bucket, request.Key);
        var id = UploadId.Parse(request.UploadId);
        if (request.Range.Length == 0)
        {
            return await UploadCopiedAsync(request, StorageBody.FromBytes(default), cancellationToken).ConfigureAwait(false);
        }

        var copy = new S3.CopyPartRequest
        {
            SourceBucket = upstream.Container(request.Source.Bucket),
            SourceKey = source,
            DestinationBucket = upstream.Container(request.Bucket),
            DestinationKey = name,
            UploadId = id.Upstream,
            PartNumber = request.PartNumber,
            FirstByte = request.Range.IsWhole ? null : request.Range.Offset,
            LastByte = request.Range.IsWhole ? null : request.Range.Offset + request.Range.Length - 1,
            ETagToMatch = [AwsProperties.Quoted(request.SourceProperties.Revision)],
            RequestPayer = make.Payer,
        };
        encryption.Apply(copy);
        try
        {
            (S3.CopyPartResponse made, _) =
                await requests.WorkAsync(token => clients.Client.CopyPartAsync(copy, token), cancellationToken).ConfigureAwait(false);
            return new PartInfo { PartNumber = request.PartNumber, ETag = AwsProperties.Bare(made.ETag), Size = request.Range.Length };
        }
        catch (StorageException error) when (
            error.Status == 400 && !request.Range.IsWhole && request.SourceProperties.Size <= MinRangeSource)
        {
            return await RelayAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (AwsRefusals.IsAboutPart(error))
        {
            throw AwsRefusals.PartRefused(error, request.PartNumber);
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
        GetResult found = await reads.GetAsync(get, cancellationToken).ConfigureAwait(false);
        byte[] bytes = new byte[request.Range.Length];
        await using (found.Content.ConfigureAwait(false))
        {
            try
            {
                await found.Content.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception thrown) when (AwsReads.MapReadFailure(thrown, cancellationToken) is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
                throw;
            }
        }

        return await UploadCopiedAsync(request, StorageBody.FromBytes(bytes), cancellationToken).ConfigureAwait(false);
    }

    private Task<PartInfo> UploadCopiedAsync(CopyPartRequest request, StorageBody body, CancellationToken cancellationToken) =>
        UploadPartAsync(
        new UploadPartRequest
        {
            Bucket = request.Bucket,
            Key = request.Key,
            UploadId = request.UploadId,
            PartNumber = request.PartNumber,
            Body = body,
        },
        cancellationToken);
}
