using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Stores an object's attributes, ETag and token as S3's headers and metadata, and reads them back.</summary>
/// <remarks>
/// The ETag is S3's own, which is the MD5 by this library's rule. Where it is not (SSE-KMS, SSE-C), this library's ETag is reserved
/// metadata, together with the size. It is ignored where another tool copied the metadata to other bytes.
/// </remarks>
internal static class AwsProperties
{
    private const string DefaultContentType = "application/octet-stream";
    private const string MetadataPrefix = "x-amz-meta-";
    private const string LanguageEntry = "bleepstorelanguage";
    private const string EncodingEntry = "bleepstoreencoding";

    /// <summary>S3 says nothing of the class that it gives by itself ("HeadObject", Amazon S3 API Reference).</summary>
    private const string DefaultStorageClass = "STANDARD";

    private static readonly MetadataCodec Codec = new(IsNativeName);

    public static void Apply(ObjectAttributes attributes, HeadersCollection headers)
    {
        headers.ContentType = attributes.ContentType ?? DefaultContentType;
        headers.ContentEncoding = attributes.ContentEncoding;
        headers.ContentLanguage = attributes.ContentLanguage;
        headers.ContentDisposition = attributes.ContentDisposition;
        headers.CacheControl = attributes.CacheControl;
        if (attributes.Expires is { } expires)
        {
            headers.Expires = expires.UtcDateTime;
        }
    }

    public static void Apply(
        ObjectAttributes attributes, MetadataCollection metadata, string? etag = null, long size = 0, string? token = null)
    {
        foreach ((string name, string value) in Codec.Pack(attributes, etag, size, token))
        {
            metadata.Add(name, value);
        }

        Keep(LanguageEntry, attributes.ContentLanguage, metadata);
        Keep(EncodingEntry, attributes.ContentEncoding, metadata);
    }

    /// <summary>The storage class to request. <see langword="null"/> for S3's own default.</summary>
    public static S3StorageClass? Class(ObjectAttributes attributes, string? otherwise) => (attributes.StorageClass ?? otherwise) switch
    {
        null => null,
        DefaultStorageClass when otherwise is null => null,
        var name => new S3StorageClass(name),
    };

    /// <summary>Returns the properties of a completed write without another request.</summary>
    public static ObjectProperties Written(
        string key,
        long size,
        string etag,
        ObjectAttributes attributes,
        string revision,
        DateTimeOffset lastModified,
        string? otherwise) => new(attributes)
        {
            Key = key,
            Size = size,
            ETag = etag,
            Revision = revision,
            LastModified = lastModified,
            ContentType = attributes.ContentType ?? DefaultContentType,
            StorageClass = attributes.StorageClass ?? otherwise ?? DefaultStorageClass,
        };

    public static StoredObject Read(string key, GetObjectMetadataResponse found, long size) =>
        Read(
            key,
            size,
            found.ETag,
            found.LastModified,
            found.Headers,
            found.ContentLanguage,
            found.ExpiresString,
            found.StorageClass,
            found.Metadata);

    public static StoredObject Read(string key, GetObjectResponse found, long size) =>
        Read(
            key,
            size,
            found.ETag,
            found.LastModified,
            found.Headers,
            found.ContentLanguage,
            found.ExpiresString,
            found.StorageClass,
            found.Metadata);

    public static ListEntry ReadEntry(string key, S3Object found) => new()
    {
        Key = key,
        Size = found.Size ?? 0,
        ETag = Bare(found.ETag),
        Revision = Bare(found.ETag),
        LastModified = ToUtc(found.LastModified),
        StorageClass = NullIfEmpty(found.StorageClass?.Value) ?? DefaultStorageClass,
    };

    /// <summary>An ETag without quotes.</summary>
    public static string Bare(string? etag) => etag?.Trim('"') ?? "";

    /// <summary>An ETag as HTTP writes it.</summary>
    public static string Quoted(string etag) => EntityTag.Quote(etag);

    public static DateTimeOffset ToUtc(DateTime? time) => time is { } some ? new DateTimeOffset(some.ToUniversalTime()) : default;

    private static StoredObject Read(
        string key,
        long size,
        string? etag,
        DateTime? lastModified,
        HeadersCollection headers,
        string? language,
        string? expires,
        S3StorageClass? storageClass,
        MetadataCollection metadata)
    {
        UnpackedMetadata unpacked =
            MetadataCodec.Unpack(metadata.Keys.Select(name => KeyValuePair.Create(NameOf(name), metadata[name])), size);
        var properties = new ObjectProperties
        {
            Key = key,
            Size = size,
            ETag = unpacked.ETag ?? Bare(etag),
            Revision = Bare(etag),
            LastModified = ToUtc(lastModified),
            ContentType = NullIfEmpty(headers.ContentType),
            ContentEncoding = Whole(EncodingEntry, NullIfEmpty(headers.ContentEncoding), metadata),
            ContentLanguage = Whole(LanguageEntry, NullIfEmpty(headers.ContentLanguage) ?? NullIfEmpty(language), metadata),
            ContentDisposition = NullIfEmpty(headers.ContentDisposition),
            CacheControl = NullIfEmpty(headers.CacheControl),
            Expires = DateTimeOffset.TryParse(
                expires,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTimeOffset time) ? time : null,
            StorageClass = NullIfEmpty(storageClass?.Value) ?? DefaultStorageClass,
            Metadata = unpacked.Metadata,
        };
        return new StoredObject { Properties = properties, WriteToken = unpacked.WriteToken };
    }

    /// <summary>
    /// The SDK reads only the first of several values in a header. A list is therefore kept beside the header, which other tools read.
    /// </summary>
    private static void Keep(string entry, string? value, MetadataCollection metadata)
    {
        if (value?.Contains(',', StringComparison.Ordinal) == true)
        {
            metadata.Add(entry, value);
        }
    }

    /// <summary>The list that was kept, unless another tool has changed the header since.</summary>
    private static string? Whole(string entry, string? first, MetadataCollection metadata) =>
        first is not null && metadata[entry] is { } kept && kept.Split(',')[0].Trim() == first.Split(',')[0].Trim() ? kept : first;

    /// <summary>
    /// Returns whether every server returns the name unchanged. Some do not keep an underscore. The SDK treats a name that begins with the
    /// headers' prefix as a header.
    /// </summary>
    private static bool IsNativeName(string name) =>
        !name.StartsWith(MetadataPrefix, StringComparison.Ordinal)
            && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static string NameOf(string header) =>
        header.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase) ? header[MetadataPrefix.Length..] : header;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
