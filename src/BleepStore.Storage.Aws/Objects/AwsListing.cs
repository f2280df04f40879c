using Amazon.S3;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws.Objects;

/// <summary>Lists objects, and the names that no key spells.</summary>
internal sealed class AwsListing(AwsUpstream upstream, AwsClients clients, AwsNames names, AwsRequests requests, RequestFactory make)
{
    /// <summary>
    /// Sends one request per page. The service rolls up at delimiters that cannot be part of an escape. At other delimiters every key is
    /// read.
    /// </summary>
    public async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var page = new ServiceListPageBuilder(request);
        var list = new S3.ListObjectsV2Request
        {
            BucketName = upstream.Container(request.Bucket),
            Prefix = names.ObjectPrefix(request.Bucket, request.Prefix),
            Delimiter = request.Delimiter is { } delimiter && CanRollUp(delimiter) ? delimiter : null,
            StartAfter = names.StartAfter(request.Bucket, request.StartAfter),
            MaxKeys = request.PageSize,
            Encoding = EncodingType.Url,
            RequestPayer = make.Payer,
        };
        do
        {
            list.ContinuationToken = page.Marker;
            S3.ListObjectsV2Response found = await ListPageAsync(list, request, cancellationToken).ConfigureAwait(false);
            foreach ((string name, S3.S3Object? item) in InOrder(found))
            {
                if (item is null && names.TryReadPrefix(request.Bucket, name, out string? keys))
                {
                    page.OfferPrefix(keys);
                }
                else if (item is not null && names.TryReadKey(request.Bucket, name, out string? key) && page.Offer(key) == ListStep.Entry)
                {
                    page.Add(AwsProperties.ReadEntry(key, item));
                }
            }

            page.Marker = found.IsTruncated == true ? Paging.Next(page.Marker, found.NextContinuationToken) : null;
        }
        while (page.IsEmpty && page.Marker is not null);
        return page.Build();
    }

    /// <summary>Lists the names that <see cref="ListAsync"/> omits, because no key maps to them.</summary>
    public async Task<ListForeignNamesResult> ListForeignNamesAsync(ListForeignNamesRequest request, CancellationToken cancellationToken)
    {
        string root = names.Root(request.Bucket);
        var list = new S3.ListObjectsV2Request
        {
            BucketName = upstream.Container(request.Bucket),
            Prefix = root,
            MaxKeys = request.PageSize,
            ContinuationToken = request.ContinuationToken,
            Encoding = EncodingType.Url,
            RequestPayer = make.Payer,
        };
        S3.ListObjectsV2Response page =
            await requests.ReadAsync(token => clients.Client.ListObjectsV2Async(list, token), cancellationToken).ConfigureAwait(false);
        var found = new List<ForeignName>();
        foreach (S3.S3Object item in page.S3Objects ?? [])
        {
            // A name that is no UTF-8 stays as the listing encodes it.
            string? name = AwsNames.Listed(item.Key, page.Encoding);
            if (name is null
                || !(name.StartsWith(names.InternalRoot, StringComparison.Ordinal) || names.TryReadKey(request.Bucket, name, out _)))
            {
                string shown = name ?? item.Key;
                found.Add(new ForeignName
                {
                    DisplayName =
                        shown.Length > root.Length && shown.StartsWith(root, StringComparison.Ordinal) ? shown[root.Length..] : shown,
                    Size = item.Size,
                    LastModified = AwsProperties.ToUtc(item.LastModified),
                });
            }
        }

        string? next = page.IsTruncated == true ? page.NextContinuationToken : null;
        return new ListForeignNamesResult { Names = found, ContinuationToken = next };
    }

    /// <summary>
    /// Ceph 16 loses keys where it rolls up at a delimiter of more than one character ("//" in pages of a few keys). Other servers may do
    /// the same.
    /// </summary>
    private bool CanRollUp(string delimiter) =>
        AwsNames.CanRollUp(delimiter) && (delimiter.Length == 1 || clients.Compatibility == AwsCompatibility.Aws);

    private async Task<S3.ListObjectsV2Response> ListPageAsync(
        S3.ListObjectsV2Request list, ListRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadAsync(token => clients.Client.ListObjectsV2Async(list, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException error) when (error.ProviderCode == "InvalidArgument" && request.ContinuationToken is not null)
        {
            throw new ArgumentException("The continuation token does not belong to this listing.", nameof(request), error);
        }
    }

    /// <summary>Orders the found objects by their names. A name that is no UTF-8 belongs to no key.</summary>
    private static IEnumerable<(string Name, S3.S3Object? Item)> InOrder(S3.ListObjectsV2Response found) => ServiceListPageBuilder.InOrder(
        (found.S3Objects ?? [])
            .Select(item => (Name: AwsNames.Listed(item.Key, found.Encoding), Item: item))
            .Where(static one => one.Name is not null)
            .Select(static one => (one.Name!, one.Item)),
        (found.CommonPrefixes ?? []).Select(prefix => AwsNames.Listed(prefix, found.Encoding)).OfType<string>());
}
