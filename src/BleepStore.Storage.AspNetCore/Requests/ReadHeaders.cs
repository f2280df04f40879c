using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.AspNetCore.Requests;

/// <summary>The conditional headers of a <c>GET</c> or <c>HEAD</c>, as the core takes them. The core has HTTP's precedence.</summary>
internal sealed class ReadHeaders
{
    private readonly string? _ifMatch;
    private readonly string? _ifNoneMatch;
    private readonly DateTimeOffset? _ifModifiedSince;
    private readonly DateTimeOffset? _ifUnmodifiedSince;

    private ReadHeaders(IHeaderDictionary headers)
    {
        _ifMatch = EntityTagHeader.Parse(headers.IfMatch)?.ToIfMatch();
        _ifNoneMatch = EntityTagHeader.Parse(headers.IfNoneMatch)?.ToIfNoneMatch();
        _ifUnmodifiedSince = HttpDates.Parse(headers.IfUnmodifiedSince);

        // A header of ETags overrides that of the date, even if it has no ETag.
        _ifModifiedSince = headers.IfNoneMatch.Count == 0 ? HttpDates.Parse(headers.IfModifiedSince) : null;
    }

    /// <summary>The only ETag of <c>If-None-Match</c>, which is the object's when the answer is 304.</summary>
    public string? OnlyUnwantedETag { get; private init; }

    public static ReadHeaders Of(HttpRequest request) => new(request.Headers)
    {
        OnlyUnwantedETag = EntityTagHeader.Parse(request.Headers.IfNoneMatch)?.Only?.Tag,
    };

    public GetOptions ToGetOptions(ByteRange? range) => new()
    {
        Range = range,
        IfMatch = _ifMatch,
        IfNoneMatch = _ifNoneMatch,
        IfModifiedSince = _ifModifiedSince,
        IfUnmodifiedSince = _ifUnmodifiedSince,
    };

    public HeadOptions ToHeadOptions() => new()
    {
        IfMatch = _ifMatch,
        IfNoneMatch = _ifNoneMatch,
        IfModifiedSince = _ifModifiedSince,
        IfUnmodifiedSince = _ifUnmodifiedSince,
    };
}
