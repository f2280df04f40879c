using Amazon.S3;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

internal sealed partial class AwsBackend
{
    /// <summary>One request a page. The service rolls up at any delimiter that cannot stand inside an escape; at others a look at every key does.</summary>
    public override async Task<ListResult> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var page = new AwsListPage(request);
        var list = new S3.ListObjectsV2Request
        {
            BucketName = Upstream(request.Bucket),
            Prefix = _names.ObjectPrefix(request.Bucket, request.Prefix),
            Delimiter = request.Delimiter is { } delimiter && AwsNames.CanRollUp(delimiter) ? delimiter : null,
            StartAfter = _names.StartAfter(request.Bucket, request.StartAfter),
            MaxKeys = request.PageSize,
            Encoding = EncodingType.Url,
            RequestPayer = _make.Payer,
        };
        do
        {
            list.ContinuationToken = page.Token;
            S3.ListObjectsV2Response found = await ListPageAsync(list, request, cancellationToken).ConfigureAwait(false);
            foreach (string name in Names(found.CommonPrefixes, found.Encoding))
            {
                if (_names.TryReadPrefix(request.Bucket, name, out string? keys))
                {
                    page.AddPrefix(keys);
                }
            }

            foreach (S3.S3Object item in found.S3Objects ?? [])
            {
                if (NameOf(item.Key, found.Encoding) is { } name && _names.TryReadKey(request.Bucket, name, out string? key))
                {
                    page.Add(key, item);
                }
            }

            page.Token = found.IsTruncated == true && !string.IsNullOrEmpty(found.NextContinuationToken) ? found.NextContinuationToken : null;
        }
        while (page.IsEmpty && page.Token is not null);
        return page.Build();
    }

    private async Task<S3.ListObjectsV2Response> ListPageAsync(S3.ListObjectsV2Request list, ListRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await AwsRequests.ReadAsync(() => Client.ListObjectsV2Async(list, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.ProviderCode == "InvalidArgument" && request.ContinuationToken is not null)
        {
            throw new ArgumentException("The continuation token is not one of this listing.", nameof(request), error);
        }
    }

    private static IEnumerable<string> Names(List<string>? names, EncodingType? encoding) => (names ?? []).Select(name => NameOf(name, encoding)).OfType<string>();

    /// <summary>A name as it is. The SDK leaves the service's encoding, and not every server does what was asked.</summary>
    private static string? NameOf(string name, EncodingType? encoding) => encoding == EncodingType.Url ? AwsNames.FromUrl(name) : name;
}
