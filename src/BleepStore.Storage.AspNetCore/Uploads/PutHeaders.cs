using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace BleepStore.Storage.AspNetCore.Uploads;

/// <summary>Reads the attributes and conditions of an upload from its headers.</summary>
internal static class PutHeaders
{
    /// <param name="request">The request.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="given">The application's options, which take precedence.</param>
    /// <param name="cancellationToken">Stops the read of the current object.</param>
    public static async Task<PutOptions> ReadAsync(
        HttpRequest request, Bucket bucket, string key, PutOptions given, CancellationToken cancellationToken)
    {
        IHeaderDictionary headers = request.Headers;
        if (headers.ContentRange.Count > 0)
        {
            throw Refusals.Malformed("A part of an object cannot be put. Leave out Content-Range.");
        }

        PutOptions put = given with
        {
            ContentType = given.ContentType ?? Attribute(headers.ContentType, "Content-Type"),
            ContentEncoding = given.ContentEncoding ?? Attribute(headers.ContentEncoding, "Content-Encoding"),
            ContentLanguage = given.ContentLanguage ?? Attribute(headers.ContentLanguage, "Content-Language"),
            ContentLength = given.ContentLength ?? request.ContentLength,
            ContentMd5 = Md5(given.ContentMd5, headers.ContentMD5),
        };
        return given is { IfAbsent: false, IfMatch: null, IfRevision: null }
            ? await WriteConditions.ApplyAsync(headers, put, bucket, key, cancellationToken).ConfigureAwait(false)
            : put;
    }

    /// <summary>Returns the MD5 of the header, which must be that of the application where both say one.</summary>
    public static ReadOnlyMemory<byte>? Md5(ReadOnlyMemory<byte>? given, StringValues header)
    {
        if (header.Count == 0)
        {
            return given;
        }

        byte[] md5 = new byte[MD5.HashSizeInBytes];
        if (header is not [{ } text] || !Convert.TryFromBase64String(text, md5, out int length) || length != md5.Length)
        {
            throw Refusals.Malformed("Content-MD5 is not the Base64 of 16 bytes.");
        }

        return given is null || given.Value.Span.SequenceEqual(md5)
            ? md5
            : throw Refusals.Malformed("Content-MD5 is not the expected one.");
    }

    private static string? Attribute(StringValues header, string name)
    {
        string value = string.Join(", ", header.ToArray()).Trim(' ');
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw Refusals.Malformed($"{name} must be printable ASCII.");
        }

        return value.Length == 0 ? null : value;
    }
}
