using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage.AspNetCore.Requests;

/// <summary>
/// The header <c>If-Range</c> (RFC 9110, section 13.1.5). The range is only wanted if the object is still the one that the client has in
/// part.
/// </summary>
/// <param name="ETag">A strong ETag, without quotes.</param>
/// <param name="Date">A <c>Last-Modified</c>.</param>
internal sealed record IfRangeHeader(string? ETag, DateTimeOffset? Date)
{
    /// <summary>Whether no object can meet the header, because it is malformed or has a weak ETag.</summary>
    public bool IsNever => ETag is null && Date is null;

    /// <returns><see langword="null"/> where the request has no such header.</returns>
    public static IfRangeHeader? Parse(IHeaderDictionary headers)
    {
        StringValues header = headers.IfRange;
        if (header.Count == 0)
        {
            return null;
        }

        return header is [{ } value] && value.Contains('"', StringComparison.Ordinal)
            ? new IfRangeHeader(EntityTagHeader.Parse(header)!.Only is { IsWeak: false } only ? only.Tag : null, Date: null)
            : new IfRangeHeader(ETag: null, HttpDates.Parse(header));
    }

    /// <summary>Returns whether this is the object that the client has in part.</summary>
    /// <param name="properties">The object that is there.</param>
    /// <param name="now">
    /// The time. An object can change twice within a second, so the date of a fresh object tells nothing (RFC 9110, section 8.8.2.2).
    /// </param>
    public bool Matches(ObjectProperties properties, DateTimeOffset now) =>
        ETag is not null
            ? ETag == properties.ETag
            : Date is { } date
                && date.ToUnixTimeSeconds() == properties.LastModified.ToUnixTimeSeconds()
                && properties.LastModified.ToUnixTimeSeconds() < now.ToUnixTimeSeconds();
}
