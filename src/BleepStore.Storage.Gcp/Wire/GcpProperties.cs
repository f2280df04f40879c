using System.Collections.Immutable;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Stores an object's attributes, ETag and token in Google's resource, and reads them back.</summary>
/// <remarks>
/// The ETag is <c>md5Hash</c> where an object was put in one part. Composite objects have none. Their ETag is reserved metadata, together
/// with the size. It is ignored where another tool copied the metadata to other bytes. A composite object of another tool has neither and
/// shows its generation.
/// </remarks>
internal static class GcpProperties
{
    private const string DefaultContentType = "application/octet-stream";

    private static readonly MetadataCodec Codec = new(IsNativeName, packsExpires: true);

    /// <summary>The resource of an object to write.</summary>
    public static GcsObject Resource(
        ObjectAttributes attributes, string? storageClass, string? etag = null, long size = 0, string? token = null)
    {
        IDictionary<string, string> metadata = Codec.Pack(attributes, etag, size, token);
        return new GcsObject
        {
            ContentType = attributes.ContentType ?? DefaultContentType,
            ContentEncoding = attributes.ContentEncoding,
            ContentLanguage = attributes.ContentLanguage,
            ContentDisposition = attributes.ContentDisposition,
            CacheControl = attributes.CacheControl,
            StorageClass = attributes.StorageClass ?? storageClass,
            Metadata = metadata.Count == 0 ? null : metadata,
        };
    }

    /// <summary>
    /// The resource of a part. It keeps its ETag as metadata, because listings of objects under a customer-managed key have no hashes.
    /// </summary>
    public static GcsObject Part(string? storageClass, string? etag, long size) =>
        new() { StorageClass = storageClass, Metadata = etag is null ? null : ETagEntry(etag, size) };

    /// <summary>The reserved metadata that keeps an ETag.</summary>
    public static IDictionary<string, string> ETagEntry(string etag, long size) => Codec.Pack(new ObjectAttributes(), etag, size);

    /// <summary>
    /// Returns whether a listing with this resource would contain its ETag. The ETag is metadata, or a hash, which the listing omits under
    /// a customer-managed key.
    /// </summary>
    public static bool ShowsETag(GcsObject found) =>
        Unpack(found).ETag is not null || (found.KmsKeyName is null && found.Md5Hash is not null) || found.ComponentCount is not null;

    /// <summary>Whether the ETag can be read from this resource.</summary>
    public static bool HasETag(GcsObject found) => found.Md5Hash is not null || Unpack(found).ETag is not null;

    public static StoredObject Read(string key, GcsObject found)
    {
        long size = SizeOf(found);
        UnpackedMetadata unpacked = Unpack(found);
        var properties = new ObjectProperties
        {
            Key = key,
            Size = size,
            ETag = ETagOf(unpacked, found),
            Revision = Revision(found),
            LastModified = found.UpdatedDateTimeOffset ?? found.TimeCreatedDateTimeOffset ?? default,
            ContentType = NullIfEmpty(found.ContentType),
            ContentEncoding = NullIfEmpty(found.ContentEncoding),
            ContentLanguage = NullIfEmpty(found.ContentLanguage),
            ContentDisposition = NullIfEmpty(found.ContentDisposition),
            CacheControl = NullIfEmpty(found.CacheControl),
            Expires = unpacked.Expires,
            StorageClass = NullIfEmpty(found.StorageClass),
            Metadata = unpacked.Metadata,
        };
        return new StoredObject { Properties = properties, WriteToken = unpacked.WriteToken };
    }

    public static ListEntry ReadEntry(string key, GcsObject found)
    {
        UnpackedMetadata unpacked = Unpack(found);
        return new ListEntry
        {
            Key = key,
            Size = SizeOf(found),
            ETag = ETagOf(unpacked, found),
            Revision = Revision(found),
            LastModified = found.UpdatedDateTimeOffset ?? found.TimeCreatedDateTimeOffset ?? default,
            StorageClass = NullIfEmpty(found.StorageClass),
        };
    }

    public static PartInfo ReadPart(int number, GcsObject found) => new()
    {
        PartNumber = number,
        ETag = ETagOf(Unpack(found), found),
        Size = SizeOf(found),
    };

    public static long SizeOf(GcsObject found) => (long)(found.Size ?? 0);

    /// <summary>The revision as the service's number.</summary>
    /// <returns><see langword="null"/> when it is no valid number.</returns>
    public static long? Generation(string revision) =>
        long.TryParse(
            revision,
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out long generation) ? generation : null;

    public static string Revision(GcsObject found) => found.Generation?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static UnpackedMetadata Unpack(GcsObject found) =>
        MetadataCodec.Unpack(found.Metadata ?? ImmutableDictionary<string, string>.Empty, SizeOf(found));

    private static string ETagOf(UnpackedMetadata unpacked, GcsObject found) =>
        unpacked.ETag ?? (found.Md5Hash is { Length: > 0 } md5 ? ETags.FromMd5(Convert.FromBase64String(md5)) : Revision(found));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>Any text is valid ("Object metadata", Custom metadata), but an HTTP header must carry it unchanged.</summary>
    private static bool IsNativeName(string name) =>
        name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
