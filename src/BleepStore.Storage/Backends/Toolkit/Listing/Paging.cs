namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>Makes pages of buckets, uploads and parts, and goes from page to page of a service's listing. Thread-safe.</summary>
public static class Paging
{
    /// <summary>Returns the marker of the next page.</summary>
    /// <param name="current">The marker of this page. <see langword="null"/> for the first.</param>
    /// <param name="next">The marker that this page returned.</param>
    /// <returns><see langword="null"/> when this page was the last.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InternalError"/> when the page leads to itself, so the listing would never end.
    /// </exception>
    public static string? Next(string? current, string? next) => string.IsNullOrEmpty(next) ? null
        : next != current ? next
        : throw new StorageException(
            StorageErrorCode.InternalError,
            "A page of the listing leads to itself. Check the server at the address of the service.");

    /// <summary>Returns one marker for a service that names a page by two.</summary>
    /// <param name="marker">The first marker.</param>
    /// <param name="second">The second marker, which tells pages of the same first marker apart.</param>
    /// <returns><see langword="null"/> where there is no first marker.</returns>
    public static string? Pair(string? marker, string? second) => string.IsNullOrEmpty(marker) ? null : $"{marker}\n{second}";

    /// <summary>Makes the page of buckets that a request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buckets">The buckets, in any order. At least all that can be on the page, and one more if there is one.</param>
    public static ListBucketsResult Page(ListBucketsRequest request, IEnumerable<BucketInfo> buckets)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(buckets);
        List<BucketInfo> wanted =
        [
            .. buckets
                .Where(bucket => bucket.Name.StartsWith(request.Prefix, StringComparison.Ordinal)
                    && string.CompareOrdinal(bucket.Name, request.StartAfter) > 0)
                .OrderBy(static bucket => bucket.Name, StringComparer.Ordinal),
        ];
        return new ListBucketsResult { Buckets = First(wanted, request.PageSize), IsTruncated = wanted.Count > request.PageSize };
    }

    /// <summary>Builds the page of uploads that a request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="uploads">
    /// The uploads, in any order. They must include all uploads that can be on the page, and one more if there is one.
    /// </param>
    /// <param name="serviceTime">The time of the page by the clock of the service. The default is unknown.</param>
    public static ListUploadsResult Page(
        ListUploadsRequest request, IEnumerable<MultipartUploadInfo> uploads, DateTimeOffset? serviceTime = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(uploads);
        List<MultipartUploadInfo> wanted =
        [
            .. uploads
                .Where(upload => IsWanted(request, upload.Key, upload.UploadId))
                .OrderBy(static upload => upload.Key, KeyOrder.Instance)
                .ThenBy(static upload => upload.UploadId, StringComparer.Ordinal),
        ];
        return new ListUploadsResult
        {
            Uploads = First(wanted, request.PageSize),
            IsTruncated = wanted.Count > request.PageSize,
            ServiceTime = serviceTime,
        };
    }

    /// <summary>Makes the page of parts that a request asks for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="parts">The parts, in any order. At least all that can be on the page, and one more if there is one.</param>
    public static ListPartsResult Page(ListPartsRequest request, IEnumerable<PartInfo> parts)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(parts);
        List<PartInfo> wanted =
        [
            .. parts.Where(part => part.PartNumber > request.StartAfter).OrderBy(static part => part.PartNumber),
        ];
        return new ListPartsResult { Parts = First(wanted, request.PageSize), IsTruncated = wanted.Count > request.PageSize };
    }

    /// <summary>Returns whether a request asks for an upload, on this page or a later one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">The key of the upload.</param>
    /// <param name="uploadId">The id of the upload.</param>
    public static bool IsWanted(ListUploadsRequest request, string key, string uploadId)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(uploadId);
        if (!key.StartsWith(request.Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        int order = request.StartAfterKey is null ? 1 : KeyOrder.Instance.Compare(key, request.StartAfterKey);
        return order > 0 || (order == 0 && request.StartAfterUploadId is { } id && string.CompareOrdinal(uploadId, id) > 0);
    }

    private static List<T> First<T>(List<T> all, int count) => all.Count > count ? all[..count] : all;
}
