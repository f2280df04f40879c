using Amazon.Runtime;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>Has the SDK send through <see cref="AnsweringHandler"/>, by one client of its own.</summary>
internal sealed class AnsweringFactory(AnsweringHandler handler) : HttpClientFactory
{
    /// <summary>The SDK shares clients among factories that have the same; a service of another side has a client of its own.</summary>
    private readonly string _id = Guid.NewGuid().ToString("N");

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public override string GetConfigUniqueString(IClientConfig clientConfig) => _id;
}
