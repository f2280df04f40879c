using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure;

/// <summary>Gives copies the time that they need to be answered.</summary>
/// <param name="copyTimeout">How long a copy may take to be answered; <see langword="null"/> for as long as any request.</param>
internal sealed class TimeoutPolicy(TimeSpan? copyTimeout) : HttpPipelinePolicy
{
    private const string CopySource = "x-ms-copy-source";

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Prepare(message);
        return ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Prepare(message);
        ProcessNext(message, pipeline);
    }

    private void Prepare(HttpMessage message)
    {
        if (copyTimeout is not null && message.Request.Headers.Contains(CopySource))
        {
            message.NetworkTimeout = copyTimeout;
        }
    }
}
