using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Counts how many times a request goes out. A write that fails after a retry may have landed at the first attempt, whose answer was lost: only
/// the pipeline knows that it was retried.
/// </summary>
internal sealed class AttemptPolicy : HttpPipelinePolicy
{
    private static readonly AsyncLocal<AttemptCounter?> Observer = new();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Observer.Value?.Increment();
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Observer.Value?.Increment();
        ProcessNext(message, pipeline);
    }

    /// <summary>Has the requests counted that the calling asynchronous method sends from here on: what is set ends with that method.</summary>
    public static void Observe(AttemptCounter counter) => Observer.Value = counter;
}
