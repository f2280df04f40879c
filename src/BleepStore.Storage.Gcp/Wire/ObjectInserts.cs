using System.Globalization;
using System.Text;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Stores each object in one request. The SDK's own uploads take two, and cannot reopen a body.</summary>
internal sealed class ObjectInserts(GcpClients clients, GcpRequests requests, string? kmsKeyName)
{
    private const string DefaultContentType = "application/octet-stream";

    /// <summary>
    /// Stores bytes with their MD5, which the service verifies before it stores them. The checksum in the answer is compared with the sent
    /// bytes.
    /// </summary>
    /// <param name="container">The upstream bucket.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="resource">The object's properties and metadata.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="ifGenerationMatch">The generation to match. 0 means no object, and <see langword="null"/> means any.</param>
    /// <param name="repeats">Whether it may be repeated when its outcome is in doubt.</param>
    /// <param name="tries">The remaining attempts of the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<GcsObject> PutAsync(
        string container,
        string name,
        GcsObject resource,
        StorageBody body,
        long? ifGenerationMatch,
        Repeats repeats,
        Tries tries,
        CancellationToken cancellationToken)
    {
        resource.Md5Hash = Convert.ToBase64String(body.Md5!.Value.Span);
        GcsObject made = await PutAsync(
            container, name, resource, body.Length!.Value, _ =>
                ValueTask.FromResult(body.Open()), ifGenerationMatch, repeats, tries, cancellationToken).ConfigureAwait(false);
        return made.Md5Hash is null || made.Md5Hash == resource.Md5Hash
            ? made
            : throw Differs("MD5", made.Md5Hash, resource.Md5Hash);
    }

    /// <summary>
    /// Stores an empty object under a name that no other call writes. If the object already exists, the answer to an earlier attempt was
    /// lost.
    /// </summary>
    /// <returns>Its generation.</returns>
    public async Task<long> CreateEmptyAsync(string container, string name, GcsObject resource, CancellationToken cancellationToken)
    {
        GcsObject made;
        try
        {
            var empty = StorageBody.FromBytes(ReadOnlyMemory<byte>.Empty);
            made = await PutAsync(
                container, name, resource, empty, ifGenerationMatch: 0, Repeats.Harmless, new Tries(), cancellationToken)
                    .ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            made = await FindCreatedAsync(container, name, cancellationToken).ConfigureAwait(false);
        }

        return made.Generation!.Value;
    }

    private async Task<GcsObject> FindCreatedAsync(string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.ReadAsync(clients.Service.Objects.Get(container, name), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error)
        {
            throw UpstreamErrors.Recode(
                error,
                error.Code,
                $"The internal object '{name}' was created, but then it could not be read. Allow the credential to read, then try again.",
                isOutcomeUnknown: true);
        }
    }

    /// <summary>Stores bytes whose MD5 nobody knows yet.</summary>
    public async Task<GcsObject> PutAsync(
        string container,
        string name,
        GcsObject resource,
        long length,
        Func<CancellationToken, ValueTask<Stream>> open,
        long? ifGenerationMatch,
        Repeats repeats,
        Tries tries,
        CancellationToken cancellationToken)
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

        using var content = new UploadContent(
            clients.Service.Serializer.Serialize(resource), resource.ContentType ?? DefaultContentType, length, open);
        GcsObject made = await requests.InsertAsync(
            new Uri(address.ToString()), name, content, repeats, tries, cancellationToken).ConfigureAwait(false);
        return made.Crc32c is null || made.Crc32c == content.Crc32C
            ? made
            : throw Differs("CRC32C", made.Crc32c, content.Crc32C);
    }

    private static StorageException Differs(string hash, string stored, string sent) =>
        new(StorageErrorCode.InternalError, $"The stored bytes have the {hash} {stored}, but {sent} was sent. Write them again.")
        {
            IsOutcomeUnknown = true,
        };
}
