using System.Globalization;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Uploads;

/// <summary>Lists the parts of uploads.</summary>
internal sealed class PartLists(AwsUpstream upstream, AwsClients clients, AwsNames names, AwsRequests requests, RequestFactory make)
{
    public const int MaxPartsPerPage = 1000;

    public Task<S3.ListPartsResponse> PageAsync(ListPartsRequest request, int startAfter, int pageSize, CancellationToken cancellationToken)
    {
        var list = new S3.ListPartsRequest
        {
            BucketName = upstream.Of(request.Bucket),
            Key = names.Object(request.Bucket, request.Key),
            UploadId = UploadId.Parse(request.UploadId).Upstream,
            PartNumberMarker = startAfter.ToString(CultureInfo.InvariantCulture),
            MaxParts = pageSize,
            RequestPayer = make.Payer,
        };
        return UploadErrors.OfUploadAsync(() => requests.ReadAsync(token => clients.Client.ListPartsAsync(list, token), cancellationToken));
    }

    public static List<PartInfo> Parts(S3.ListPartsResponse found) =>
    [
        .. (found.Parts ?? []).Select(static part => new PartInfo
        {
            PartNumber = part.PartNumber ?? 0,
            ETag = AwsProperties.Bare(part.ETag),
            Size = part.Size ?? 0,
            LastModified = AwsProperties.ToUtc(part.LastModified),
        }),
    ];
}
