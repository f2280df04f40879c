using System.Net;
using System.Net.Http.Headers;
using BleepStore.Storage.Backends.Toolkit;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>
/// A credential that is looked up at the first request, so creating a store does no I/O. If the lookup fails, the next request tries again,
/// because a metadata server can be slow to start. A token that the service refuses is replaced, once for each request.
/// </summary>
/// <param name="source">The origin of the credential, for error messages.</param>
/// <param name="find">Finds it.</param>
internal sealed class LazyCredential(string source, Func<CancellationToken, Task<GoogleCredential>> find)
    : IConfigurableHttpClientInitializer, IHttpExecuteInterceptor, IHttpUnsuccessfulResponseHandler
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.full_control";
    private const string Bearer = "Bearer";
    private const string Replaced = "BleepStore.Storage.Gcp.TokenReplaced";

    private GoogleCredential? _found;

    public void Initialize(ConfigurableHttpClient httpClient)
    {
        httpClient.MessageHandler.AddExecuteInterceptor(this);
        httpClient.MessageHandler.AddUnsuccessfulResponseHandler(this);
    }

    /// <summary>Returns the credential. Looks for it unless it was found before.</summary>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.AuthenticationFailed"/>, <see cref="StorageErrorCode.ServiceUnavailable"/>.
    /// </exception>
    public async ValueTask<GoogleCredential> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _found ??= (await find(cancellationToken).ConfigureAwait(false)).CreateScoped(Scope);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw NotHad(error);
        }
    }

    public async Task InterceptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        GoogleCredential credential = await FindAsync(cancellationToken).ConfigureAwait(false);
        AccessTokenWithHeaders token;
        try
        {
            token = await ((ITokenAccessWithHeaders)credential)
                .GetAccessTokenWithHeadersForRequestAsync(request.RequestUri?.GetLeftPart(UriPartial.Authority), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw NotHad(error);
        }

        // The token is not part of its own headers. Those are added to the headers that a request has from its previous attempt.
        request.Headers.Authorization = new AuthenticationHeaderValue(Bearer, token.AccessToken);
        foreach (string name in token.Headers.Keys)
        {
            request.Headers.Remove(name);
        }

        token.AddHeaders(request);
    }

    public async Task<bool> HandleResponseAsync(HandleUnsuccessfulResponseArgs args)
    {
        if (args.Response.StatusCode != HttpStatusCode.Unauthorized
            || !args.SupportsRetry
            || _found?.UnderlyingCredential is not IHttpUnsuccessfulResponseHandler replaceable
            || !((IDictionary<string, object?>)args.Request.Options).TryAdd(Replaced, true))
        {
            return false;
        }

        try
        {
            return await replaceable.HandleResponseAsync(args).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw NotHad(error);
        }
    }

    /// <summary>A server for tokens that fails or is out of reach is no fault of the credential's.</summary>
    private StorageException NotHad(Exception error)
    {
        string reason = UpstreamErrors.FirstLine(error.Message);
        bool isTransient = error is HttpRequestException
            or IOException { InnerException: not null }
            or TokenResponseException { StatusCode: >= HttpStatusCode.InternalServerError };
        return isTransient
            ? new StorageException(
                StorageErrorCode.ServiceUnavailable, $"The Google credential from {source} did not return a token: {reason}", error)
            : new StorageException(StorageErrorCode.AuthenticationFailed, $"Google returned no credential from {source}: {reason}", error);
    }
}
