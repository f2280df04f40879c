using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.AspNetCore.Downloads;

/// <summary>The headers of an answer that has an object.</summary>
internal static class ObjectHeaders
{
    private const string NoType = "application/octet-stream";

    /// <param name="response">The answer.</param>
    /// <param name="properties">The object.</param>
    /// <param name="range">The bytes that the answer has.</param>
    /// <param name="isPartial">Whether the answer has a range.</param>
    /// <param name="hasRanges">Whether ranges of the object can be read.</param>
    /// <param name="options">The options of the answer.</param>
    public static void Write(
        HttpResponse response,
        ObjectProperties properties,
        ContentRange range,
        bool isPartial,
        bool hasRanges,
        ObjectResultOptions options)
    {
        IHeaderDictionary headers = response.Headers;
        response.StatusCode = isPartial ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        if (isPartial)
        {
            headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{range.ObjectSize}");
        }

        ShownType shown = ShownType.Of(options.ContentType ?? properties.ContentType, options.InlineContentTypes);
        response.ContentLength = range.Length;
        response.ContentType = shown.ContentType ?? NoType;
        headers.ETag = EntityTag.Quote(properties.ETag);
        headers.LastModified = HeaderUtilities.FormatDate(properties.LastModified);
        headers.AcceptRanges = hasRanges ? "bytes" : "none";
        Set(headers, HeaderNames.ContentDisposition, Dispositions.Of(properties.ContentDisposition, shown, options));
        Set(headers, HeaderNames.ContentEncoding, Printable(properties.ContentEncoding));
        Set(headers, HeaderNames.ContentLanguage, Printable(properties.ContentLanguage));
        Set(headers, HeaderNames.CacheControl, Printable(options.CacheControl ?? properties.CacheControl));
        Set(headers, HeaderNames.Expires, properties.Expires is { } expires ? HeaderUtilities.FormatDate(expires) : null);
        headers.XContentTypeOptions = "nosniff";
        Set(headers, HeaderNames.ContentSecurityPolicy, shown is { IsInline: true, IsPdf: true } ? null : options.ContentSecurityPolicy);
    }

    /// <param name="response">The answer.</param>
    /// <param name="etag">The object's ETag, where it is known.</param>
    /// <param name="options">The options of the answer.</param>
    public static void WriteNotModified(HttpResponse response, string? etag, ObjectResultOptions options)
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        Set(response.Headers, HeaderNames.ETag, etag is null ? null : EntityTag.Quote(etag));
        Set(response.Headers, HeaderNames.CacheControl, options.CacheControl);
    }

    /// <summary>An object of another tool can have values that no header of an answer holds. They are left out.</summary>
    internal static string? Printable(string? value) =>
        string.IsNullOrEmpty(value) || value.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : value;

    private static void Set(IHeaderDictionary headers, string name, string? value)
    {
        if (value is not null)
        {
            headers[name] = value;
        }
    }
}
