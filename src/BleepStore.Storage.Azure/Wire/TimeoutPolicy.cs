using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// Removes the SDK's own limit from every request. That limit includes the sending of the whole body, so it would end an upload that makes
/// progress. The limits of the store end a request that stands still or is not answered.
/// </summary>
internal sealed class TimeoutPolicy : HttpPipelinePolicy
{
    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        message.NetworkTimeout = Timeout.InfiniteTimeSpan;
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        message.NetworkTimeout = Timeout.InfiniteTimeSpan;
        ProcessNext(message, pipeline);
    }
}
