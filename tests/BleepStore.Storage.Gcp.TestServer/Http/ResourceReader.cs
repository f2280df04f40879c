using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>Reads what a client says of an object ("Objects", Resource representations).</summary>
internal static class ResourceReader
{
    /// <summary>"Object metadata": custom metadata, names and values together.</summary>
    private const int MaxMetadataBytes = 8 * 1024;

    /// <summary>Properties of the resource that only the service sets; a client may send them back, and they are not looked at.</summary>
    private static readonly string[] OutputOnly =
    [
        "kind",
        "id",
        "selfLink",
        "mediaLink",
        "generation",
        "metageneration",
        "timeCreated",
        "timeFinalized",
        "updated",
        "timeStorageClassUpdated",
        "size",
        "componentCount", "etag", "kmsKeyName",
    ];

    private static readonly string[] Known = ["name", "bucket", "md5Hash", "crc32c", "metadata", .. Texts];

    private static string[] Texts =>
    [
        "contentType", "contentEncoding", "contentLanguage", "contentDisposition", "cacheControl", "customTime", "storageClass",
    ];

    /// <summary>
    /// Whether the resource sets any metadata of the object. Without any, the source's metadata is copied ("Objects: rewrite" and "Objects:
    /// copy").
    /// </summary>
    public static bool SaysAnything(JsonObject resource) =>
        resource.Any(static property => Texts.Contains(property.Key) || property.Key == "metadata");

    /// <summary>Returns the settings of a new object, which are exactly those of the resource.</summary>
    public static ObjectSettings Read(JsonObject resource) => Patch(new ObjectSettings(), resource);

    /// <summary>
    /// Returns the result of a patch. Named settings are replaced, <see langword="null"/> removes, and all others stay ("Objects: patch").
    /// </summary>
    public static ObjectSettings Patch(ObjectSettings settings, JsonObject resource)
    {
        if (resource.Select(static property => property.Key).Except(Known).Except(OutputOnly).FirstOrDefault() is { } unknown)
        {
            throw GcsError.NotModelled($"the property '{unknown}' of an object");
        }

        var read = settings with
        {
            ContentType = Text(resource, "contentType", settings.ContentType),
            ContentEncoding = Text(resource, "contentEncoding", settings.ContentEncoding),
            ContentLanguage = Text(resource, "contentLanguage", settings.ContentLanguage),
            ContentDisposition = Text(resource, "contentDisposition", settings.ContentDisposition),
            CacheControl = Text(resource, "cacheControl", settings.CacheControl),
            CustomTime = Text(resource, "customTime", settings.CustomTime),
            StorageClass = Text(resource, "storageClass", settings.StorageClass),
            Metadata = Metadata(resource, settings.Metadata),
        };
        StorageClasses.Require(read.StorageClass);
        RequireCustomTime(read.CustomTime, settings.CustomTime);
        if (read.Metadata.Sum(
            static entry => Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value)) > MaxMetadataBytes)
        {
            throw GcsError.Invalid("The custom metadata has more than 8 KiB.");
        }

        return read;
    }

    public static string? Text(JsonObject resource, string property, string? otherwise = null)
    {
        if (!resource.TryGetPropertyValue(property, out JsonNode? value))
        {
            return otherwise;
        }

        return value is null ? null
            : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
            : throw GcsError.Invalid($"Invalid value for '{property}': text is expected.");
    }

    private static IReadOnlyDictionary<string, string> Metadata(JsonObject resource, IReadOnlyDictionary<string, string> settings)
    {
        if (!resource.TryGetPropertyValue("metadata", out JsonNode? node))
        {
            return settings;
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is null)
        {
            return metadata;
        }

        if (node is not JsonObject entries)
        {
            throw GcsError.Invalid("Invalid value for 'metadata': an object is expected.");
        }

        foreach ((string name, string value) in settings)
        {
            metadata[name] = value;
        }

        foreach ((string name, JsonNode? _) in entries)
        {
            if (Text(entries, name) is { } value)
            {
                metadata[name] = value;
            }
            else
            {
                metadata.Remove(name);
            }
        }

        return metadata;
    }

    /// <summary>Custom-Time is RFC 3339, never earlier than before, and cannot be removed once it is set ("Object metadata").</summary>
    private static void RequireCustomTime(string? wanted, string? current)
    {
        if (wanted == current)
        {
            return;
        }

        bool valid = DateTimeOffset.TryParse(wanted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            && (current is null || time >= DateTimeOffset.Parse(current, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        if (!valid)
        {
            throw GcsError.Invalid("Custom-Time is no time, or earlier than before.");
        }
    }
}
