using Amazon.Runtime;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>Has each attempt sent as a <see cref="WireRequest"/>, whatever <see cref="HttpClient"/> the SDK was configured with.</summary>
internal sealed class WireRequestFactory(IClientConfig config) : IHttpRequestFactory<HttpContent>
{
    private readonly HttpRequestMessageFactory _inner = new(config);

    public IHttpRequest<HttpContent> CreateHttpRequest(Uri requestUri) =>
        new WireRequest((HttpWebRequestMessage)_inner.CreateHttpRequest(requestUri));

    public void Dispose() => _inner.Dispose();
}
