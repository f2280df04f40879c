using Amazon.Runtime;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>Has the SDK send through <see cref="AnsweringHandler"/>, by one client of its own.</summary>
internal sealed class AnsweringFactory(AnsweringHandler handler) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public override string GetConfigUniqueString(IClientConfig clientConfig) => nameof(AnsweringFactory);
}
