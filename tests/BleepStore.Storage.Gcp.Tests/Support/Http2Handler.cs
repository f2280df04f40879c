using System.Net;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>Sends every request by HTTP/2. A server that speaks another version is an error.</summary>
internal sealed class Http2Handler() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return base.SendAsync(request, cancellationToken);
    }
}
