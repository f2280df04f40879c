using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Authorises the service to read the source of a copy, by the kind of credential: a SAS is used again; an account key signs a short SAS for the one blob; a token goes
/// along; for a client whose credential is not known, a user-delegation key signs.
/// </summary>
/// <remarks>Source: "Put Block From URL" and "Put Blob From URL", Azure Storage REST API (<c>x-ms-copy-source-authorization</c>).</remarks>
internal sealed class CopySources(AzureClients clients, TimeProvider time)
{
    private const string TokenScope = "https://storage.azure.com/.default";

    /// <summary>The service reads the source while the request lasts; the rest is for clocks that differ.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(15);

    public async Task<CopySource> AuthoriseAsync(BlockBlobClient source, CancellationToken cancellationToken)
    {
        if (source.Uri.Query.Contains("sig=", StringComparison.Ordinal))
        {
            return new CopySource(source.Uri, Authorization: null);
        }

        if (clients.Sas is { } sas)
        {
            return new CopySource(WithQuery(source.Uri, sas), Authorization: null);
        }

        DateTimeOffset now = time.GetUtcNow();
        if (source.CanGenerateSasUri)
        {
            return new CopySource(source.GenerateSasUri(BlobSasPermissions.Read, now + Validity), Authorization: null);
        }

        if (clients.Credential is { } credential)
        {
            AccessToken token = await AzureRequests.ReadAsync(
                () => credential.GetTokenAsync(new TokenRequestContext([TokenScope]), cancellationToken).AsTask(),
                cancellationToken).ConfigureAwait(false);
            return new CopySource(source.Uri, new HttpAuthorization("Bearer", token.Token));
        }

        UserDelegationKey key = (await AzureRequests.ReadAsync(
            () => clients.Service.GetUserDelegationKeyAsync(now - ClockSkew, now + Validity, cancellationToken),
            cancellationToken).ConfigureAwait(false)).Value;
        var builder = new BlobSasBuilder(BlobSasPermissions.Read, now + Validity) { BlobContainerName = source.BlobContainerName, BlobName = source.Name };
        return new CopySource(WithQuery(source.Uri, builder.ToSasQueryParameters(key, source.AccountName).ToString()), Authorization: null);
    }

    private static Uri WithQuery(Uri uri, string query) => new($"{uri.AbsoluteUri}?{query}");
}
