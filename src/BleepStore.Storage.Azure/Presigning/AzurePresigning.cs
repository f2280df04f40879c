using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using BleepStore.Storage.Azure.Uploads;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Presigning;

/// <summary>
/// Signs URLs of blobs. An account key signs without a request. Such a signature binds neither headers nor the query. A token credential
/// signs by a user delegation key, which binds both.
/// </summary>
/// <remarks>Source: "Create a service SAS" and "Create a user delegation SAS", Azure Storage REST API.</remarks>
internal sealed class AzurePresigning(
    AzureClients clients, AzureUpstream upstream, AzureParts parts, DelegationKeys keys, TimeProvider time)
{
    private const string ContentMd5 = "Content-MD5";

    /// <summary>Whether URLs can be signed at all.</summary>
    public bool IsSupported { get; } = clients.SignsUrls;

    /// <summary>Whether URLs can bind headers.</summary>
    public bool BindsHeaders { get; } = clients is { SignsUrls: true, HasAccountKey: false };

    public ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken)
    {
        BlockBlobClient blob = upstream.Object(request.Bucket, request.Key);
        PresignOptions options = request.Options;
        var sas = new BlobSasBuilder(PermissionsOf(request.Method), default)
        {
            ContentType = options.ResponseContentType,
            ContentDisposition = options.ResponseContentDisposition,
            CacheControl = options.ResponseCacheControl,
        };
        var bound = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        BoundHeaders.Add(bound, options.ContentLength, options.ContentMd5);
        if (options.ContentType is { } type)
        {
            // The service prefers this header to Content-Type.
            bound.Add("x-ms-blob-content-type", type);
        }

        foreach ((string name, string value) in AzureProperties.Metadata(new ObjectAttributes { Metadata = options.Metadata }))
        {
            bound.Add("x-ms-meta-" + name, value);
        }

        var required = new Dictionary<string, string>(bound, StringComparer.OrdinalIgnoreCase);
        if (request.Method == PresignMethod.Put)
        {
            required.Add("x-ms-blob-type", "BlockBlob");
        }

        return SignAsync(blob, sas, (bound, []), (request.HttpMethod, required), request.ExpiresIn, cancellationToken);
    }

    /// <summary>
    /// Signs a URL for one part. The id of the block is part of the URL, and the MD5 is part of the id. An account key does not bind the
    /// query, so its URL also allows to write the whole blob.
    /// </summary>
    public async ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength == 0)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                "Azure stores no empty block, so no URL can upload an empty part. Upload it through the store.");
        }

        var bound = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        BoundHeaders.Add(bound, request.ContentLength, BindsHeaders ? request.ContentMd5 : null);
        RequireBinding(bound);
        string etag = Convert.ToHexStringLower(request.ContentMd5!.Value.Span);
        var part = new PartAddress(request.Bucket, request.Key, request.UploadId, request.PartNumber);
        (BlockBlobClient blob, BlockId id) = await parts.ReserveAsync(part, etag, cancellationToken).ConfigureAwait(false);
        var query = new Dictionary<string, string>(StringComparer.Ordinal) { ["comp"] = "block", ["blockid"] = id.Encode() };
        var required = new Dictionary<string, string>(bound, StringComparer.OrdinalIgnoreCase)
        {
            // Without the header, the URL of an account key would accept bytes other than those of the id.
            [ContentMd5] = Convert.ToBase64String(request.ContentMd5.Value.Span),
        };
        return await SignAsync(
            blob, new BlobSasBuilder(BlobSasPermissions.Write, default), (bound, query), (
                "PUT", required), request.ExpiresIn, cancellationToken)
            .ConfigureAwait(false);
    }

    private static BlobSasPermissions PermissionsOf(PresignMethod method) => method switch
    {
        PresignMethod.Put => BlobSasPermissions.Create | BlobSasPermissions.Write,
        PresignMethod.Delete => BlobSasPermissions.Delete,
        _ => BlobSasPermissions.Read,
    };

    private void RequireBinding(Dictionary<string, string> bound)
    {
        if (bound.Count > 0 && !BindsHeaders)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"An account key cannot bind {string.Join(", ", bound.Keys)}. Leave the options out, or give the store a token credential, "
                + "whose user delegation key binds headers.");
        }
    }

    private async ValueTask<PresignedUrl> SignAsync(
        BlockBlobClient blob,
        BlobSasBuilder sas,
        (Dictionary<string, string> Headers, Dictionary<string, string> Query) bound,
        (string Method, Dictionary<string, string> Headers) use,
        TimeSpan expiresIn,
        CancellationToken cancellationToken)
    {
        if (!IsSupported)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                "A SAS cannot sign URLs. Give the store an account key or a token credential, or set ObjectStoreOptions.Links.");
        }

        RequireBinding(bound.Headers);
        sas.BlobContainerName = blob.BlobContainerName;
        sas.BlobName = blob.Name;
        string given = string.Concat(bound.Query.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}&"));
        string signature;
        if (clients.HasAccountKey)
        {
            sas.ExpiresOn = SecondOf(time.GetUtcNow() + expiresIn);
            signature = blob.GenerateSasUri(sas).Query.TrimStart('?');
        }
        else
        {
            UserDelegationKey key = await keys.GetAsync(expiresIn, cancellationToken).ConfigureAwait(false);
            DateTimeOffset wanted = SecondOf(time.GetUtcNow() + expiresIn);
            sas.ExpiresOn = wanted < key.SignedExpiresOn ? wanted : key.SignedExpiresOn;
            sas.RequestHeaders = bound.Headers.Count > 0 ? bound.Headers : null;
            sas.RequestQueryParameters = bound.Query.Count > 0 ? bound.Query : null;
            signature = sas.ToSasQueryParameters(key, blob.AccountName).ToString();
        }

        return new PresignedUrl
        {
            Url = new Uri($"{blob.Uri.AbsoluteUri}?{given}{signature}"),
            Method = use.Method,
            RequiredHeaders = use.Headers,
            ExpiresAt = sas.ExpiresOn,
        };
    }

    private static DateTimeOffset SecondOf(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());
}
