using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Remembers which answers came to a request that had been sent before. A write that is refused after a retry may have landed at the first attempt, whose
/// answer was lost: only the pipeline knows that it was retried. A request that is sent once, as most are, costs nothing.
/// </summary>
internal sealed class AttemptPolicy : HttpPipelinePolicy
{
    private static readonly object Sent = new();

    private readonly ConditionalWeakTable<Response, object> _toRepeated = [];

    /// <summary>Whether the request that was answered so had been sent before.</summary>
    public bool IsToRepeated(Response response) => _toRepeated.TryGetValue(response, out _);

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        IsFirst(message) ? ProcessNextAsync(message, pipeline) : RepeatAsync(message, pipeline);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        bool first = IsFirst(message);
        ProcessNext(message, pipeline);
        if (!first)
        {
            _toRepeated.AddOrUpdate(message.Response, Sent);
        }
    }

    private static bool IsFirst(HttpMessage message)
    {
        if (message.Request.Method == RequestMethod.Get)
        {
            // How often a read was sent is no matter.
            return true;
        }

        if (message.TryGetProperty(typeof(AttemptPolicy), out _))
        {
            return false;
        }

        message.SetProperty(typeof(AttemptPolicy), Sent);
        return true;
    }

    private async ValueTask RepeatAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        _toRepeated.AddOrUpdate(message.Response, Sent);
    }
}
