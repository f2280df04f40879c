using System.Globalization;
using System.IO.Compression;
using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>
/// Implements "Objects: get" with <c>alt=media</c>, with bytes, ranges, and "Transcoding of gzip-compressed files". Custom metadata is not
/// among the headers.
/// </summary>
internal static class Media
{
    private const string Gzip = "gzip";

    public static Task WriteAsync(GcsRequest request, StoredObject stored)
    {
        SetHeaders(request.Http.Response, stored);
        return SendBodyAsync(request, stored);
    }

    /// <summary>The headers that tell of the object, whole.</summary>
    public static void SetHeaders(HttpResponse response, StoredObject stored)
    {
        response.ContentType = stored.Settings.ContentType ?? "application/octet-stream";
        Set(response, "Cache-Control", stored.Settings.CacheControl);
        Set(response, "Content-Disposition", stored.Settings.ContentDisposition);
        Set(response, "Content-Language", stored.Settings.ContentLanguage);
        Set(response, "ETag", stored.ETag);
        Set(response, "Last-Modified", stored.Updated.ToString("R", CultureInfo.InvariantCulture));
        Set(response, "x-goog-generation", ResourceWriter.Text(stored.Generation));
        Set(response, "x-goog-metageneration", ResourceWriter.Text(stored.Metageneration));
        Set(response, "x-goog-storage-class", stored.StorageClass);
        Set(response, "x-goog-stored-content-length", ResourceWriter.Text(stored.Content.Length));
        Set(response, "x-goog-stored-content-encoding", stored.Settings.ContentEncoding ?? "identity");

        // Always of the stored bytes and of all of them, also for a range and for what is transcoded ("Hashes and ETags", "Transcoding").
        string md5 = stored.Content.Md5 is { } hash ? $",md5={Convert.ToBase64String(hash)}" : "";
        Set(response, "x-goog-hash", $"crc32c={stored.Content.Crc32C}{md5}");
    }

    /// <summary>The bytes that were asked for, with the headers that tell of them. To a HEAD the bytes are not sent.</summary>
    public static Task SendBodyAsync(GcsRequest request, StoredObject stored) =>
        IsDecompressed(request, stored) ? DecompressAsync(request, stored) : SendAsync(request, stored);

    /// <summary>
    /// Whether the object is stored as gzip, and the client does not accept gzip, unless <c>no-transform</c> in <c>Cache-Control</c>
    /// forbids it.
    /// </summary>
    private static bool IsDecompressed(GcsRequest request, StoredObject stored) =>
        stored.Settings.ContentEncoding == Gzip
        && request.Header("Accept-Encoding")?.Contains(Gzip, StringComparison.OrdinalIgnoreCase) != true
        && stored.Settings.CacheControl?.Contains("no-transform", StringComparison.OrdinalIgnoreCase) != true;

    /// <summary>The range is ignored and the length not known beforehand ("Transcoding of gzip-compressed files").</summary>
    private static async Task DecompressAsync(GcsRequest request, StoredObject stored)
    {
        Set(request.Http.Response, "Warning", "214 UploadServer gunzipped");
        var plain = new GZipStream(stored.Content.Open(), CompressionMode.Decompress);
        await using (plain)
        {
            await plain.CopyToAsync(request.Http.Response.Body, request.Aborted);
        }
    }

    private static async Task SendAsync(GcsRequest request, StoredObject stored)
    {
        HttpResponse response = request.Http.Response;
        long size = stored.Content.Length;
        (long offset, long length) = (0L, size);
        if (RequestedRange.Parse(request.Header("Range")) is { } range)
        {
            (offset, length) = range.In(size);
            response.StatusCode = 206;
            Set(response, "Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{size}"));
        }

        Set(response, "Content-Encoding", stored.Settings.ContentEncoding);
        response.ContentLength = length;
        if (request.Method == "HEAD")
        {
            return;
        }

        await stored.Content.WriteAsync(response.Body, offset, length, request.Aborted);
        ((RequestRecord)request.Http.Items[Pipeline.Record]!).CountDown(length);
    }

    private static void Set(HttpResponse response, string header, string? value)
    {
        if (value is not null)
        {
            response.Headers[header] = value;
        }
    }
}
