using System.Net;
using System.Net.Http.Headers;
using BleepStore.Storage.Backends;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// A credential that is looked for at the first request, so that making a store does no I/O. Where the search fails the next request looks again: a metadata server can be late.
/// </summary>
/// <param name="find">Finds it.</param>
internal sealed class LazyCredential(Func<CancellationToken, Task<GoogleCredential>> find) : IConfigurableHttpClientInitializer, IHttpExecuteInterceptor, IHttpUnsuccessfulResponseHandler
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.full_control";

    private GoogleCredential? _found;

    public void Initialize(ConfigurableHttpClient httpClient)
    {
        httpClient.MessageHandler.AddExecuteInterceptor(this);
        httpClient.MessageHandler.AddUnsuccessfulResponseHandler(this);
    }

    public async Task InterceptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        GoogleCredential credential;
        AccessTokenWithHeaders token;
        try
        {
            credential = _found ??= (await find(cancellationToken).ConfigureAwait(false)).CreateScoped(Scope);
            token = await ((ITokenAccessWithHeaders)credential).GetAccessTokenWithHeadersForRequestAsync(request.RequestUri?.GetLeftPart(UriPartial.Authority), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new StorageException(StorageErrorCode.AuthenticationFailed, $"No Google credential could be had: {UpstreamErrors.FirstLine(error.Message)}", error);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.AccessToken);

        // Others, such as the project that is billed; not the token.
        token.AddHeaders(request);
    }

    /// <summary>A token can be withdrawn before it expires: one that is refused is asked for anew, once a request.</summary>
    public Task<bool> HandleResponseAsync(HandleUnsuccessfulResponseArgs args) =>
        args is { Response.StatusCode: HttpStatusCode.Unauthorized, SupportsRetry: true, CurrentFailedTry: 1 } && _found?.UnderlyingCredential is IHttpUnsuccessfulResponseHandler found
            ? found.HandleResponseAsync(args)
            : Task.FromResult(false);
}
