using System.Globalization;
using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.State;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>
/// Objects and buckets as resources ("Objects" and "Buckets", Resource representations; without ACLs). 64-bit numbers are text.
/// </summary>
internal static class ResourceWriter
{
    public static JsonObject Object(StoredObject stored)
    {
        ObjectSettings settings = stored.Settings;
        string path = $"{Uri.EscapeDataString(stored.Bucket)}/o/{Uri.EscapeDataString(stored.Name)}";
        string generation = Text(stored.Generation);
        var resource = new JsonObject
        {
            ["kind"] = "storage#object",
            ["id"] = $"{stored.Bucket}/{stored.Name}/{generation}",
            ["selfLink"] = $"https://www.googleapis.com/storage/v1/b/{path}",
            ["mediaLink"] = $"https://storage.googleapis.com/download/storage/v1/b/{path}?generation={generation}&alt=media",
            ["name"] = stored.Name,
            ["bucket"] = stored.Bucket,
            ["generation"] = generation,
            ["metageneration"] = Text(stored.Metageneration),
            ["storageClass"] = stored.StorageClass,
            ["size"] = Text(stored.Content.Length),
            ["crc32c"] = stored.Content.Crc32C,
            ["etag"] = stored.ETag,
            ["timeCreated"] = Time(stored.Created),
            ["updated"] = Time(stored.Updated),
            ["timeStorageClassUpdated"] = Time(stored.Created),
        };
        Add(resource, "contentType", settings.ContentType);
        Add(resource, "contentEncoding", settings.ContentEncoding);
        Add(resource, "contentLanguage", settings.ContentLanguage);
        Add(resource, "contentDisposition", settings.ContentDisposition);
        Add(resource, "cacheControl", settings.CacheControl);
        Add(resource, "customTime", settings.CustomTime);
        Add(resource, "kmsKeyName", stored.KmsKeyName);
        Add(resource, "md5Hash", stored.Content.Md5 is { } md5 ? Convert.ToBase64String(md5) : null);
        if (stored.ComponentCount is { } components)
        {
            resource["componentCount"] = components;
        }

        if (settings.Metadata.Count > 0)
        {
            resource["metadata"] = new JsonObject(
                settings.Metadata.Select(static entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
        }

        return resource;
    }

    /// <summary>
    /// An object in a listing. Under a customer-managed key, listings do not include <c>crc32c</c> and <c>md5Hash</c> ("Customer-managed
    /// encryption keys", Restrictions).
    /// </summary>
    public static JsonObject Listed(StoredObject stored, bool isLive)
    {
        JsonObject resource = Object(stored);
        if (stored.KmsKeyName is not null)
        {
            resource.Remove("crc32c");
            resource.Remove("md5Hash");
        }

        if (!isLive)
        {
            resource["timeDeleted"] = Time(stored.Updated);
        }

        return resource;
    }

    public static JsonObject Bucket(Bucket bucket)
    {
        var resource = new JsonObject
        {
            ["kind"] = "storage#bucket",
            ["id"] = bucket.Name,
            ["selfLink"] = $"https://www.googleapis.com/storage/v1/b/{bucket.Name}",
            ["name"] = bucket.Name,
            ["projectNumber"] = "1",
            ["metageneration"] = "1",
            ["location"] = "US",
            ["locationType"] = "multi-region",
            ["storageClass"] = bucket.StorageClass,
            ["etag"] = "CAE=",
            ["timeCreated"] = Time(bucket.Created),
            ["updated"] = Time(bucket.Created),
        };
        if (bucket.IsVersioned)
        {
            resource["versioning"] = new JsonObject { ["enabled"] = true };
        }

        if (bucket.HasHierarchy)
        {
            resource["hierarchicalNamespace"] = new JsonObject { ["enabled"] = true };
        }

        return resource;
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void Add(JsonObject resource, string property, string? value)
    {
        if (value is not null)
        {
            resource[property] = value;
        }
    }
}
