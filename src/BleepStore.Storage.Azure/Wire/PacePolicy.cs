using System.Runtime.CompilerServices;
using Azure.Core;
using Azure.Core.Pipeline;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Azure.Wire;

/// <summary>Paces each attempt of a request. Stands beneath the retries.</summary>
/// <param name="pace">The pace of the store.</param>
internal sealed class PacePolicy(RequestPace pace) : HttpPipelinePolicy
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await pace.EnterAsync(message.CancellationToken).ConfigureAwait(false);
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        pace.Answered(message.Response.Status, message.Response.IsError ? AzureErrors.RetryAfter(message.Response) : null);
    }

    /// <summary>This library sends nothing synchronously.</summary>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
}
