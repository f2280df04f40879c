using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>
/// Takes the SDK's own limit off every request. It covers the sending of a whole body, so that it would cut an upload that flows. The
/// limits of the store end a request that stands still, and one that is not answered.
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
