using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Web;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend.Service;

/// <summary>
/// An imaginary object service, inside the process. It stands for the service that a backend is written for. It speaks plain HTTP with
/// ETags, conditional requests, ranges and paged lists. Thread-safe.
/// </summary>
/// <remarks>
/// <c>PUT</c>, <c>HEAD</c> and <c>DELETE /{bucket}</c> manage buckets. <c>GET /?prefix&amp;after&amp;limit</c> lists buckets. <c>GET
/// /{bucket}?prefix&amp;delimiter&amp;from&amp;limit</c> lists objects. <c>PUT</c>, <c>GET</c>, <c>HEAD</c> and <c>DELETE
/// /{bucket}/{name}</c> manage objects, where the name is one escaped segment. <c>PUT</c> with <c>Depot-Copy-Source</c> copies. Headers
/// that begin with <c>Depot-Keep-</c> are kept with an object. A refusal has its reason in <c>Depot-Error</c>. Every answer has a
/// <c>Depot-Request-Id</c>.
/// </remarks>
public sealed class DepotService : HttpMessageHandler
{
    /// <summary>The longest name of an object, in UTF-8 bytes.</summary>
    public const int MaxNameBytes = 1024;

    private const string Kept = "Depot-Keep-";
    private const string CopySource = "Depot-Copy-Source";
    private const string CopySourceIfMatch = "Depot-Copy-Source-If-Match";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, DepotBucket> _buckets = new(StringComparer.Ordinal);
    private long _versions;
    private long _requests;

    /// <summary>Refuses requests on purpose. It returns the status for a request, or <see langword="null"/> to serve it.</summary>
    public Func<HttpRequestMessage, HttpStatusCode?> Refuse { get; set; } = static _ => null;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        HttpResponseMessage answer;
        lock (_lock)
        {
            answer = Refuse(request) is { } status ? new HttpResponseMessage(status) : Answer(request, body);
        }

        answer.RequestMessage = request;
        answer.Headers.Add("Depot-Request-Id", Interlocked.Increment(ref _requests).ToString("x8", CultureInfo.InvariantCulture));
        return answer;
    }

    private static HttpResponseMessage Error(HttpStatusCode status, string reason)
    {
        var answer = new HttpResponseMessage(status);
        answer.Headers.Add("Depot-Error", reason);
        return answer;
    }

    private static HttpResponseMessage Json<T>(T value) => new(HttpStatusCode.OK) { Content = JsonContent.Create(value) };

    private HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        string[] path = [.. request.RequestUri!.AbsolutePath[1..].Split('/').Select(Uri.UnescapeDataString)];
        NameValueCollection query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        string method = request.Method.Method;
        if (path[0].Length == 0)
        {
            return ListBuckets(query);
        }

        if (path.Length == 1 && method == "PUT")
        {
            return _buckets.TryAdd(path[0], new DepotBucket(path[0], Now()))
                ? new HttpResponseMessage(HttpStatusCode.Created)
                : Error(HttpStatusCode.Conflict, "BucketExists");
        }

        if (!_buckets.TryGetValue(path[0], out DepotBucket? bucket))
        {
            return Error(HttpStatusCode.NotFound, "NoSuchBucket");
        }

        return (method, path) switch
        {
            ("HEAD", [_]) => new HttpResponseMessage(HttpStatusCode.OK),
            ("GET", [_]) => List(bucket, query),
            ("DELETE", [_]) => DeleteBucket(bucket),
            ("PUT", [_, var name]) => Put(bucket, name, request, body),
            ("GET" or "HEAD", [_, var name]) => Read(bucket.Objects.GetValueOrDefault(name), request),
            ("DELETE", [_, var name]) => Delete(bucket, name, request),
            _ => new HttpResponseMessage(HttpStatusCode.MethodNotAllowed),
        };
    }

    private HttpResponseMessage ListBuckets(NameValueCollection query)
    {
        int limit = int.Parse(query["limit"]!, CultureInfo.InvariantCulture);
        DepotBucket[] found =
        [
            .. _buckets.Values
                .Where(bucket => bucket.Name.StartsWith(query["prefix"] ?? "", StringComparison.Ordinal))
                .Where(bucket => string.CompareOrdinal(bucket.Name, query["after"]) > 0)
                .Take(limit + 1),
        ];
        return Json(new DepotBuckets([.. found.Take(limit)], found.Length > limit));
    }

    private HttpResponseMessage DeleteBucket(DepotBucket bucket)
    {
        if (bucket.Objects.Count > 0)
        {
            return Error(HttpStatusCode.Conflict, "BucketNotEmpty");
        }

        _buckets.Remove(bucket.Name);
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage Put(DepotBucket bucket, string name, HttpRequestMessage request, byte[] body)
    {
        if (request.Headers.TryGetValues(CopySource, out IEnumerable<string>? source))
        {
            string[] from = [.. source.Single().Split('/').Select(Uri.UnescapeDataString)];
            string pinned = request.Headers.GetValues(CopySourceIfMatch).Single();
            if (!_buckets.TryGetValue(from[0], out DepotBucket? other))
            {
                return Error(HttpStatusCode.NotFound, "NoSuchBucket");
            }

            if (!other.Objects.TryGetValue(from[1], out DepotObject? copied))
            {
                return Error(HttpStatusCode.NotFound, "NoSuchObject");
            }

            if (copied.Version != pinned)
            {
                return Error(HttpStatusCode.PreconditionFailed, "SourceChanged");
            }

            body = copied.Bytes;
        }
        else if (request.Content!.Headers.ContentMD5 is not { } md5 || !MD5.HashData(body).AsSpan().SequenceEqual(md5))
        {
            return Error(HttpStatusCode.BadRequest, "BadDigest");
        }

        if (!Holds(request, bucket.Objects.GetValueOrDefault(name)))
        {
            return Error(HttpStatusCode.PreconditionFailed, "ConditionFailed");
        }

        Dictionary<string, string> headers = request.Headers
            .Where(static header => header.Key.StartsWith(Kept, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(static header => header.Key, static header => header.Value.Single(), StringComparer.OrdinalIgnoreCase);
        string version = (++_versions).ToString(CultureInfo.InvariantCulture);
        var made = new DepotObject(name, body, version, Now(), headers);
        bucket.Objects[name] = made;
        return Describe(made, HttpStatusCode.Created, new ByteArrayContent([]));
    }

    private static HttpResponseMessage Read(DepotObject? found, HttpRequestMessage request)
    {
        if (found is null)
        {
            return Error(HttpStatusCode.NotFound, "NoSuchObject");
        }

        if (!Holds(request, found))
        {
            return Error(HttpStatusCode.PreconditionFailed, "ConditionFailed");
        }

        if (request.Headers.Range?.Ranges.Single() is not { } range)
        {
            return Describe(found, HttpStatusCode.OK, new ByteArrayContent(request.Method == HttpMethod.Head ? [] : found.Bytes));
        }

        int size = found.Bytes.Length;
        long first = range.From ?? Math.Max(0, size - range.To!.Value);
        long last = range.From is null ? size - 1 : Math.Min(range.To ?? long.MaxValue, size - 1);
        if (first >= size)
        {
            HttpResponseMessage refusal = Error(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange");
            refusal.Content.Headers.ContentRange = new ContentRangeHeaderValue(size);
            return refusal;
        }

        var slice = new ByteArrayContent(found.Bytes, (int)first, (int)(last - first + 1));
        slice.Headers.ContentRange = new ContentRangeHeaderValue(first, last, size);
        return Describe(found, HttpStatusCode.PartialContent, slice);
    }

    private static HttpResponseMessage Delete(DepotBucket bucket, string name, HttpRequestMessage request)
    {
        if (!bucket.Objects.TryGetValue(name, out DepotObject? found))
        {
            return Error(HttpStatusCode.NotFound, "NoSuchObject");
        }

        if (!Holds(request, found))
        {
            return Error(HttpStatusCode.PreconditionFailed, "ConditionFailed");
        }

        bucket.Objects.Remove(name);
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private static HttpResponseMessage List(DepotBucket bucket, NameValueCollection query)
    {
        int limit = int.Parse(query["limit"]!, CultureInfo.InvariantCulture);
        string prefix = query["prefix"] ?? "";
        var objects = new List<DepotItem>();
        var prefixes = new List<string>();
        foreach (DepotObject found in bucket.Objects.Values)
        {
            if (!found.Name.StartsWith(prefix, StringComparison.Ordinal) || KeyOrder.Instance.Compare(found.Name, query["from"] ?? "") < 0)
            {
                continue;
            }

            int slash = query["delimiter"] is null ? -1 : found.Name.IndexOf('/', prefix.Length);
            string? rolledUp = slash < 0 ? null : found.Name[..(slash + 1)];
            if (rolledUp is not null && prefixes.Contains(rolledUp))
            {
                continue;
            }

            if (objects.Count + prefixes.Count == limit)
            {
                return Json(new DepotPage(objects, prefixes, found.Name));
            }

            if (rolledUp is null)
            {
                objects.Add(new DepotItem(found.Name, found.Bytes.Length, found.Version, found.Modified, found.Headers));
            }
            else
            {
                prefixes.Add(rolledUp);
            }
        }

        return Json(new DepotPage(objects, prefixes, Next: null));
    }

    /// <summary>Whether the condition of a request holds. <c>If-Match</c> does not hold where no object is.</summary>
    private static bool Holds(HttpRequestMessage request, DepotObject? current)
    {
        EntityTagHeaderValue? match = request.Headers.IfMatch.SingleOrDefault();
        bool isAbsentWanted = request.Headers.IfNoneMatch.Count > 0;
        return !(isAbsentWanted && current is not null) && (match is null || match.Tag == $"\"{current?.Version}\"");
    }

    private static HttpResponseMessage Describe(DepotObject found, HttpStatusCode status, HttpContent content)
    {
        var answer = new HttpResponseMessage(status) { Content = content };
        answer.Headers.ETag = new EntityTagHeaderValue($"\"{found.Version}\"");
        answer.Content.Headers.LastModified = found.Modified;
        answer.Headers.Add("Depot-Size", found.Bytes.Length.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, string value) in found.Headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }

    private static DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
}
