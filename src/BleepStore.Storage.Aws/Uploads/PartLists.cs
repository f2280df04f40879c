using System.Globalization;
using System.Runtime.CompilerServices;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>Lists the parts of uploads.</summary>
internal sealed class PartLists(AwsUpstream upstream, AwsClients clients, AwsNames names, AwsRequests requests, RequestFactory make)
{
    private const int MaxPartsPerPage = 1000;

    /// <summary>Lists all parts of an upload, ascending.</summary>
    public async IAsyncEnumerable<S3.PartDetail> AllAsync(
        CompleteUploadRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = new ListPartsRequest { Bucket = request.Bucket, Key = request.Key, UploadId = request.UploadId };
        int last = 0;
        for (bool more = true; more;)
        {
            int before = last;
            S3.ListPartsResponse page = await PageAsync(list, last, MaxPartsPerPage, cancellationToken).ConfigureAwait(false);
            foreach (S3.PartDetail part in page.Parts ?? [])
            {
                last = part.PartNumber ?? last;
                yield return part;
            }

            more = page.IsTruncated == true && Paging.Next($"{before}", $"{last}") is not null;
        }
    }

    public Task<S3.ListPartsResponse> PageAsync(ListPartsRequest request, int startAfter, int pageSize, CancellationToken cancellationToken)
    {
        var list = new S3.ListPartsRequest
        {
            BucketName = upstream.Container(request.Bucket),
            Key = names.ObjectName(request.Bucket, request.Key),
            UploadId = UploadId.Parse(request.UploadId).Upstream,
            PartNumberMarker = startAfter.ToString(CultureInfo.InvariantCulture),
            MaxParts = pageSize,
            RequestPayer = make.Payer,
        };
        return UploadErrors.OfUploadAsync(() => requests.ReadAsync(token => clients.Client.ListPartsAsync(list, token), cancellationToken));
    }

    public static PartInfo Part(S3.PartDetail found) => new()
    {
        PartNumber = found.PartNumber ?? 0,
        ETag = AwsProperties.Bare(found.ETag),
        Size = found.Size ?? 0,
        LastModified = AwsProperties.ToUtc(found.LastModified),
    };
}
