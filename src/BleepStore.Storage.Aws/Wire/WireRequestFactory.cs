using Amazon.Runtime;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// Sends each attempt as a <see cref="WireRequest"/>, with any <see cref="HttpClient"/> that the SDK was configured with.
/// </summary>
internal sealed class WireRequestFactory(IClientConfig config) : IHttpRequestFactory<HttpContent>
{
    private readonly HttpRequestMessageFactory _inner = new(config);

    public IHttpRequest<HttpContent> CreateHttpRequest(Uri requestUri) =>
        new WireRequest((HttpWebRequestMessage)_inner.CreateHttpRequest(requestUri));

    public void Dispose() => _inner.Dispose();
}
