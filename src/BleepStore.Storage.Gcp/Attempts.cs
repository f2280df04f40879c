using Google.Apis.Http;

namespace BleepStore.Storage.Gcp;

/// <summary>
/// Counts how many times a request goes out. A write that fails after a retry may have landed at the first attempt, whose answer was lost: only
/// the client knows that it was retried.
/// </summary>
internal sealed class Attempts : IHttpExecuteInterceptor
{
    private static readonly AsyncLocal<AttemptCounter?> Current = new();

    /// <summary>Has the requests that are sent from here counted.</summary>
    public static AttemptCounter Observe()
    {
        var counter = new AttemptCounter();
        Current.Value = counter;
        return counter;
    }

    public Task InterceptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Current.Value?.Increment();
        return Task.CompletedTask;
    }
}
