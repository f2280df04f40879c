using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// The rest of a listing of uploads after a page, so the next page does not list all records again. Each rest is used once. Their number
/// and lifetime are limited. An upload that begins or ends meanwhile may or may not be listed, as in any listing. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class UploadPages(TimeProvider time)
{
    private const int MaxListings = 8;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<Rest> _rests = [];

    /// <summary>The uploads that follow the page before, where that page was given a moment ago.</summary>
    public ListUploadsResult? Take(ListUploadsRequest request)
    {
        lock (_lock)
        {
            _rests.RemoveAll(rest => time.GetElapsedTime(rest.At) > Lifetime);
            int at = request.StartAfterKey is null
                ? -1
                : _rests.FindIndex(rest =>
                    rest.Bucket == request.Bucket
                        && rest.Prefix == request.Prefix
                        && rest.Last.Key == request.StartAfterKey
                        && rest.Last.UploadId == request.StartAfterUploadId);
            if (at < 0)
            {
                return null;
            }

            ListUploadsResult uploads = _rests[at].Uploads;
            _rests.RemoveAt(at);
            return uploads;
        }
    }

    /// <summary>Keeps the rest after a page.</summary>
    /// <param name="request">The request of the page.</param>
    /// <param name="last">The page's last upload.</param>
    /// <param name="uploads">The page and the uploads after it.</param>
    public void Keep(ListUploadsRequest request, MultipartUploadInfo last, ListUploadsResult uploads)
    {
        lock (_lock)
        {
            if (_rests.Count >= MaxListings)
            {
                _rests.RemoveAt(0);
            }

            _rests.Add(new Rest(
                request.Bucket,
                request.Prefix,
                last,
                uploads with { Uploads = [.. uploads.Uploads.Skip(request.PageSize)] },
                time.GetTimestamp()));
        }
    }

    private sealed record Rest(string Bucket, string Prefix, MultipartUploadInfo Last, ListUploadsResult Uploads, long At);
}
