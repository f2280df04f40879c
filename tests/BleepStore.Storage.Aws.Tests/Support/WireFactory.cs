using Amazon.Runtime;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>Has the SDK send through a handler of the test's.</summary>
internal sealed class WireFactory(HttpMessageHandler handler) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
}
