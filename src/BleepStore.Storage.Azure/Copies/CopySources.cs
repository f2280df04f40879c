using System.Runtime.ExceptionServices;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Copies;

/// <summary>
/// Authorises the service to read the source of a copy. A SAS is reused. An account key signs a short SAS for this blob. A token is sent
/// along. For a client with an unknown credential, a user-delegation key signs.
/// </summary>
/// <remarks>Source: "Put Block From URL" and "Put Blob From URL", Azure Storage REST API (<c>x-ms-copy-source-authorization</c>).</remarks>
internal sealed class CopySources(AzureClients clients, DelegationKeys keys, TimeProvider time)
{
    private const string TokenScope = "https://storage.azure.com/.default";

    /// <summary>The service reads the source during the request. The rest of the time allows for different clocks.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromHours(1);

    /// <summary>The maximum length of a URL is 2 KiB ("Put Blob From URL", Azure Storage REST API).</summary>
    private const int MaxUrlLength = 2048;

    /// <summary>Set when the server did not look at a token that went along, but took a signature.</summary>
    private volatile bool _tokensAreIgnored;

    /// <summary>Copies from a source that the service may read.</summary>
    /// <param name="source">The source.</param>
    /// <param name="copy">Sends the copy. It is called again, with a signature, where the server ignores tokens for sources.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    public async Task<T> UseAsync<T>(BlockBlobClient source, Func<CopySource, Task<T>> copy, CancellationToken cancellationToken)
    {
        CopySource authorised = await AuthoriseAsync(source, cancellationToken).ConfigureAwait(false);
        try
        {
            return await copy(authorised).ConfigureAwait(false);
        }
        catch (StorageException refused) when (
            authorised.Authorization is not null && refused is { Status: 403, ProviderCode: AzureErrors.CannotVerifyCopySource })
        {
            if (await TrySignAsync(source, refused, cancellationToken).ConfigureAwait(false) is not { } signed)
            {
                throw;
            }

            T made = await copy(signed).ConfigureAwait(false);
            _tokensAreIgnored = true;
            return made;
        }
        catch (StorageException refused) when (refused.Status == 400 && authorised.Uri.AbsoluteUri.Length is > MaxUrlLength and var length)
        {
            throw UpstreamErrors.Recode(
                refused,
                StorageErrorCode.NotSupported,
                $"The service accepts a source URL of up to {MaxUrlLength} characters, and this one has {length}. "
                + "In a URL, each byte of a key beyond ASCII takes three characters. Download the object, and put it under the new key.");
        }
    }

    private async Task<CopySource> AuthoriseAsync(BlockBlobClient source, CancellationToken cancellationToken)
    {
        if (source.Uri.Query.Contains("sig=", StringComparison.Ordinal))
        {
            return new CopySource(source.Uri, Authorization: null);
        }

        if (clients.Sas is { } sas)
        {
            return new CopySource(WithQuery(source.Uri, await sas(cancellationToken).ConfigureAwait(false)), Authorization: null);
        }

        if (source.CanGenerateSasUri)
        {
            return new CopySource(source.GenerateSasUri(BlobSasPermissions.Read, time.GetUtcNow() + Validity), Authorization: null);
        }

        if (clients.Credential is { } credential && !_tokensAreIgnored)
        {
            AccessToken token = await AskForTokenAsync(credential, cancellationToken).ConfigureAwait(false);
            return new CopySource(source.Uri, new HttpAuthorization("Bearer", token.Token));
        }

        try
        {
            return await SignAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.AccessDenied or StorageErrorCode.AuthenticationFailed)
        {
            throw UpstreamErrors.Recode(
                error,
                error.Code,
                "The service itself must read the source of a copy, but the client's credential can neither sign for it nor get a user "
                + "delegation key. Give the store its credential by options, or a client with an account key or a SAS in its address, " +
                "or grant "
                + "the role Storage Blob Delegator.");
        }
    }

    /// <returns>
    /// <see langword="null"/> where the credential lacks the permission, because the refusal of the copy is then the better error. A
    /// transient failure is the better error itself, unless it would hide that the copy may have taken effect.
    /// </returns>
    private async Task<CopySource?> TrySignAsync(BlockBlobClient source, StorageException refused, CancellationToken cancellationToken)
    {
        try
        {
            return await SignAsync(source, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (!error.IsTransient || refused.IsOutcomeUnknown)
        {
            return null;
        }
    }

    private async Task<CopySource> SignAsync(BlockBlobClient source, CancellationToken cancellationToken)
    {
        UserDelegationKey key = await keys.GetAsync(Validity, cancellationToken).ConfigureAwait(false);
        var builder = new BlobSasBuilder(BlobSasPermissions.Read, time.GetUtcNow() + Validity)
        {
            BlobContainerName = source.BlobContainerName,
            BlobName = source.Name,
        };
        return new CopySource(WithQuery(source.Uri, builder.ToSasQueryParameters(key, source.AccountName).ToString()), Authorization: null);
    }

    private static async Task<AccessToken> AskForTokenAsync(TokenCredential credential, CancellationToken cancellationToken)
    {
        try
        {
            return await credential.GetTokenAsync(new TokenRequestContext([TokenScope]), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception thrown) when (AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken) is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    private static Uri WithQuery(Uri uri, string query) => new($"{uri.AbsoluteUri}?{query}");
}
