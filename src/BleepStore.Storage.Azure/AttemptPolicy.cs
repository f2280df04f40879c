using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Counts how many times a request goes out. A write that fails after a retry may have landed at the first attempt, whose answer was lost: only
/// the pipeline knows that it was retried.
/// </summary>
internal sealed class AttemptPolicy : HttpPipelinePolicy
{
    private const string Property = "BleepStore.Storage.Azure.Attempts";

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Count(message);
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Count(message);
        ProcessNext(message, pipeline);
    }

    /// <summary>Has the requests that are sent until the scope is disposed counted.</summary>
    public static IDisposable Observe(AttemptCounter counter) =>
        HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?>(1, StringComparer.Ordinal) { [Property] = counter });

    private static void Count(HttpMessage message)
    {
        if (message.TryGetProperty(Property, out object? counter))
        {
            ((AttemptCounter)counter!).Increment();
        }
    }
}
