using System.Globalization;
using System.Text;
using BleepStore.Storage.Backends;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

/// <summary>Stores objects, each in one request: the SDK's own uploads take two, and cannot open a body anew.</summary>
internal sealed class ObjectInserts(GcpClients clients, GcpRequests requests, string? kmsKeyName)
{
    private const string DefaultContentType = "application/octet-stream";

    /// <summary>Stores bytes with their MD5, which the service verifies before it stores them; the checksum that it answers is compared with what was sent.</summary>
    public Task<GcsObject> PutAsync(string container, string name, GcsObject resource, StorageBody body, long? ifGenerationMatch, CancellationToken cancellationToken)
    {
        resource.Md5Hash = Convert.ToBase64String(body.Md5!.Value.Span);
        return PutAsync(container, name, resource, body.Length!.Value, _ => ValueTask.FromResult(body.Open()), ifGenerationMatch, cancellationToken);
    }

    /// <summary>Stores bytes whose MD5 nobody knows yet.</summary>
    public async Task<GcsObject> PutAsync(
        string container, string name, GcsObject resource, long length, Func<CancellationToken, ValueTask<Stream>> open, long? ifGenerationMatch, CancellationToken cancellationToken)
    {
        var address = new StringBuilder(clients.Root)
            .Append("upload/storage/v1/b/").Append(container)
            .Append("/o?uploadType=multipart&name=").Append(Uri.EscapeDataString(name));
        if (ifGenerationMatch is { } generation)
        {
            address.Append(CultureInfo.InvariantCulture, $"&ifGenerationMatch={generation}");
        }

        if (kmsKeyName is not null)
        {
            address.Append("&kmsKeyName=").Append(Uri.EscapeDataString(kmsKeyName));
        }

        using var content = new UploadContent(clients.Service.Serializer.Serialize(resource), resource.ContentType ?? DefaultContentType, length, open);
        GcsObject made = await requests.InsertAsync(new Uri(address.ToString()), content, cancellationToken).ConfigureAwait(false);
        return made.Crc32c is null || made.Crc32c == content.Crc32C
            ? made
            : throw new StorageException(StorageErrorCode.InternalError, $"What was stored has the CRC32C {made.Crc32c}; what was sent has {content.Crc32C}. Write it again.");
    }
}
