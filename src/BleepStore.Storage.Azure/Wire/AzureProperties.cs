using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Azure;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>Stores an object's attributes, ETag and token as a blob's headers and metadata, and reads them back.</summary>
/// <remarks>
/// The ETag is <c>Content-MD5</c> where an object was put in one part. Composite objects and copies have none. Their ETag is reserved
/// metadata, together with the size. It is ignored where another tool copied the metadata to other bytes. A blob that has neither shows the
/// service's ETag.
/// </remarks>
internal static class AzureProperties
{
    private const string DefaultContentType = "application/octet-stream";

    /// <summary>
    /// Metadata names are C# identifiers in Azure ("Metadata names", Naming and referencing containers, blobs, and metadata).
    /// </summary>
    private static readonly MetadataCodec Codec = new(IsNativeName, packsExpires: true);

    private static readonly FrozenDictionary<string, string> NoMetadata = FrozenDictionary<string, string>.Empty;

    public static IDictionary<string, string> Metadata(
        ObjectAttributes attributes, string? etag = null, long size = 0, string? token = null) =>
        attributes is { Metadata.Count: 0, Expires: null } && etag is null && token is null
            ? NoMetadata
            : Codec.Pack(attributes, etag, size, token);

    public static BlobHttpHeaders Headers(ObjectAttributes attributes, ReadOnlyMemory<byte> md5 = default) => new()
    {
        ContentType = attributes.ContentType,
        ContentEncoding = attributes.ContentEncoding,
        ContentLanguage = attributes.ContentLanguage,
        ContentDisposition = attributes.ContentDisposition,
        CacheControl = attributes.CacheControl,
        ContentHash = md5.IsEmpty ? null : BytesOf(md5),
    };

    public static AccessTier? Tier(ObjectAttributes attributes) =>
        attributes.StorageClass is { } tier ? new AccessTier(tier) : default(AccessTier?);

    /// <summary>Returns the properties of a completed write without another request.</summary>
    public static ObjectProperties Written(
        string key, long size, string etag, ObjectAttributes attributes, ETag revision, DateTimeOffset lastModified) => new(attributes)
        {
            Key = key,
            Size = size,
            ETag = etag,
            Revision = Bare(revision),
            LastModified = lastModified,
            ContentType = attributes.ContentType ?? DefaultContentType,
        };

    public static StoredObject Read(string key, BlobProperties blob)
    {
        UnpackedMetadata unpacked = MetadataCodec.Unpack(blob.Metadata, blob.ContentLength);
        string revision = Bare(blob.ETag);
        var properties = new ObjectProperties
        {
            Key = key,
            Size = blob.ContentLength,
            ETag = ETagOf(unpacked, blob.ContentHash, revision),
            Revision = revision,
            LastModified = blob.LastModified,
            ContentType = NullIfEmpty(blob.ContentType),
            ContentEncoding = NullIfEmpty(blob.ContentEncoding),
            ContentLanguage = NullIfEmpty(blob.ContentLanguage),
            ContentDisposition = NullIfEmpty(blob.ContentDisposition),
            CacheControl = NullIfEmpty(blob.CacheControl),
            Expires = unpacked.Expires,
            StorageClass = blob.AccessTierInferred ? null : NullIfEmpty(blob.AccessTier),
            Metadata = unpacked.Metadata,
        };
        return new StoredObject { Properties = properties, WriteToken = unpacked.WriteToken };
    }

    /// <summary>
    /// Reads the properties from the answer to a GET. It never has the access tier, which only a HEAD and a listing return ("Get Blob",
    /// Azure Storage REST API).
    /// </summary>
    public static ObjectProperties Read(string key, BlobDownloadDetails blob, long size, Response response)
    {
        UnpackedMetadata unpacked = MetadataCodec.Unpack(blob.Metadata, size);
        string revision = Bare(blob.ETag);
        return new ObjectProperties
        {
            Key = key,
            Size = size,
            ETag = ETagOf(unpacked, response.Status == 206 ? blob.BlobContentHash : blob.ContentHash, revision),
            Revision = revision,
            LastModified = blob.LastModified,
            ContentType = NullIfEmpty(blob.ContentType),
            ContentEncoding = NullIfEmpty(blob.ContentEncoding),
            ContentLanguage = NullIfEmpty(blob.ContentLanguage),
            ContentDisposition = NullIfEmpty(blob.ContentDisposition),
            CacheControl = NullIfEmpty(blob.CacheControl),
            Expires = unpacked.Expires,
            Metadata = unpacked.Metadata,
        };
    }

    public static ListEntry ReadEntry(string key, BlobItem blob)
    {
        BlobItemProperties properties = blob.Properties;
        long size = properties.ContentLength ?? 0;
        UnpackedMetadata unpacked = MetadataCodec.Unpack(blob.Metadata ?? new Dictionary<string, string>(StringComparer.Ordinal), size);
        string revision = Bare(properties.ETag ?? default);
        return new ListEntry
        {
            Key = key,
            Size = size,
            ETag = ETagOf(unpacked, properties.ContentHash, revision),
            Revision = revision,
            LastModified = properties.LastModified ?? default,
            StorageClass = properties.AccessTierInferred ? null : NullIfEmpty(properties.AccessTier?.ToString()),
        };
    }

    /// <summary>The service's ETag without quotes.</summary>
    public static string Bare(ETag etag) => etag.ToString("G").Trim('"');

    /// <summary>A revision as the service wants it in a condition.</summary>
    public static ETag Quoted(string revision) => new(EntityTag.Quote(revision));

    /// <summary>The SDK only reads the bytes, so an array is not copied.</summary>
    private static byte[] BytesOf(ReadOnlyMemory<byte> md5) =>
        MemoryMarshal.TryGetArray(md5, out ArraySegment<byte> segment)
            && segment is { Offset: 0, Array: { } array }
            && array.Length == segment.Count ? array : md5.ToArray();

    private static string ETagOf(UnpackedMetadata unpacked, byte[]? md5, string revision) =>
        unpacked.ETag ?? (md5 is { Length: > 0 } ? ETags.FromMd5(md5) : revision);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool IsNativeName(string name) =>
        (char.IsAsciiLetterLower(name[0]) || name[0] == '_')
            && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
