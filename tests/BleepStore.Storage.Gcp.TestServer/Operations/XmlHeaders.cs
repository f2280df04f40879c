using BleepStore.Storage.Gcp.TestServer.Http;
using BleepStore.Storage.Gcp.TestServer.Signing;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.Http;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>Objects as headers ("HTTP headers and query string parameters for XML API").</summary>
internal static class XmlHeaders
{
    public const string LengthRange = "x-goog-content-length-range";

    private const string Extension = "x-goog-";
    private const string MetadataPrefix = "x-goog-meta-";
    private const string StorageClass = "x-goog-storage-class";
    private const string KmsKeyName = "x-goog-encryption-kms-key-name";
    private const string GenerationMatch = "x-goog-if-generation-match";
    private const string PayerProject = "x-goog-user-project";

    private static readonly string[] Known =
        [LengthRange, StorageClass, KmsKeyName, GenerationMatch, PayerProject, CanonicalRequest.PayloadHeader];

    /// <summary>Reads the object's settings from the headers of a PUT.</summary>
    public static NewObject Read(GcsRequest request, string bucket, string name)
    {
        foreach (string header in request.Http.Request.Headers.Keys.Select(static header => header.ToLowerInvariant()))
        {
            bool isKnown = !header.StartsWith(Extension, StringComparison.Ordinal)
                || header.StartsWith(MetadataPrefix, StringComparison.Ordinal)
                || Known.Contains(header);
            if (!isKnown)
            {
                throw GcsError.NotModelled($"the header '{header}'");
            }
        }

        StorageClasses.Require(request.Header(StorageClass));
        return new NewObject
        {
            Bucket = bucket,
            Name = name,
            Settings = new ObjectSettings
            {
                ContentType = request.Header("Content-Type") ?? "application/octet-stream",
                ContentEncoding = request.Header("Content-Encoding"),
                ContentLanguage = request.Header("Content-Language"),
                ContentDisposition = request.Header("Content-Disposition"),
                CacheControl = request.Header("Cache-Control"),
                StorageClass = request.Header(StorageClass),
                Metadata = Metadata(request.Http.Request.Headers.Select(
                    static header => KeyValuePair.Create(header.Key, header.Value.ToString()))),
            },
            Preconditions = new Preconditions(
                long.TryParse(request.Header(GenerationMatch), out long generation) ? generation : null, null, null, null),
            KmsKeyName = request.Header(KmsKeyName),
        };
    }

    public static IReadOnlyDictionary<string, string> Metadata(IEnumerable<KeyValuePair<string, string>> headers) => headers
        .Where(static header => header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(
            static header => header.Key[MetadataPrefix.Length..].ToLowerInvariant(), static header => header.Value, StringComparer.Ordinal);

    /// <summary>"Hashes and ETags": in the XML API the ETag of what is no composite is its MD5, in quotes.</summary>
    public static void Set(HttpResponse response, StoredObject stored)
    {
        string etag = stored.Content.Md5 is { } md5 ? Convert.ToHexStringLower(md5) : stored.ETag;
        string hash = stored.Content.Md5 is { } digest ? $",md5={Convert.ToBase64String(digest)}" : "";
        response.Headers.ETag = $"\"{etag}\"";
        response.Headers["x-goog-hash"] = $"crc32c={stored.Content.Crc32C}{hash}";
        response.Headers["x-goog-generation"] = ResourceWriter.Text(stored.Generation);
        response.Headers["x-goog-metageneration"] = ResourceWriter.Text(stored.Metageneration);
        response.Headers["x-goog-stored-content-length"] = ResourceWriter.Text(stored.Content.Length);
        foreach ((string name, string value) in stored.Settings.Metadata)
        {
            response.Headers[MetadataPrefix + name] = value;
        }
    }
}
