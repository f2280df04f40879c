using System.Globalization;
using System.Net.Http.Headers;
using BleepStore.Storage;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Samples.Backend;

/// <summary>Attributes, ETag, write token and metadata as the headers of the service, and back.</summary>
internal static class DepotProperties
{
    private const string Kept = "Depot-Keep-";
    private const string Meta = "Depot-Keep-Meta-";

    /// <summary>Headers compare names without regard to case, and not every character can be in one.</summary>
    private static readonly MetadataCodec Codec =
        new(static name => name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'), packsExpires: true);

    /// <summary>Says how an object is to be stored.</summary>
    public static void Write(HttpRequestHeaders headers, ObjectAttributes attributes, string etag, long size, string? writeToken)
    {
        Add("Content-Type", attributes.ContentType);
        Add("Content-Encoding", attributes.ContentEncoding);
        Add("Content-Language", attributes.ContentLanguage);
        Add("Content-Disposition", attributes.ContentDisposition);
        Add("Cache-Control", attributes.CacheControl);
        Add("Storage-Class", attributes.StorageClass);
        foreach ((string name, string value) in Codec.Pack(attributes, etag, size, writeToken))
        {
            headers.TryAddWithoutValidation(Meta + name, value);
        }

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                headers.TryAddWithoutValidation(Kept + name, value);
            }
        }
    }

    /// <summary>Reads an object out of the answer to a request for it, or to a write.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InternalError"/> when the answer is not one of the service.
    /// </exception>
    public static StoredObject Read(string key, HttpResponseMessage answer, bool isWrite)
    {
        Dictionary<string, string> headers = answer.Headers.ToDictionary(
            static header => header.Key, static header => header.Value.First(), StringComparer.OrdinalIgnoreCase);
        return answer.Headers.ETag is { } version
            && answer.Content.Headers.LastModified is { } modified
            && long.TryParse(headers.GetValueOrDefault("Depot-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? Read(key, size, version.Tag.Trim('"'), modified, headers)
            : throw DepotErrors.Unproved(answer, "the properties of the object", isWrite);
    }

    /// <summary>Reads an object out of what the service says about it.</summary>
    public static StoredObject Read(
        string key, long size, string version, DateTimeOffset modified, IReadOnlyDictionary<string, string> headers)
    {
        UnpackedMetadata unpacked = MetadataCodec.Unpack(
            headers
                .Where(static header => header.Key.StartsWith(Meta, StringComparison.OrdinalIgnoreCase))
                .Select(static header => KeyValuePair.Create(header.Key[Meta.Length..], header.Value)),
            size);
        var properties = new ObjectProperties
        {
            Key = key,
            Size = size,

            // Another tool has written the object when there is no ETag of ours.
            ETag = unpacked.ETag ?? version,
            Revision = version,
            LastModified = modified,
            ContentType = headers.GetValueOrDefault(Kept + "Content-Type"),
            ContentEncoding = headers.GetValueOrDefault(Kept + "Content-Encoding"),
            ContentLanguage = headers.GetValueOrDefault(Kept + "Content-Language"),
            ContentDisposition = headers.GetValueOrDefault(Kept + "Content-Disposition"),
            CacheControl = headers.GetValueOrDefault(Kept + "Cache-Control"),
            StorageClass = headers.GetValueOrDefault(Kept + "Storage-Class"),
            Expires = unpacked.Expires,
            Metadata = unpacked.Metadata,
        };
        return new StoredObject { Properties = properties, WriteToken = unpacked.WriteToken };
    }
}
