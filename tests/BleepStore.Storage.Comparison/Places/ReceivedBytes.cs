using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Comparison.Places;

/// <summary>Counts the bytes of bodies that a client of Azure receives.</summary>
internal sealed class ReceivedBytes : HttpPipelineSynchronousPolicy
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public override void OnReceivedResponse(HttpMessage message)
    {
        // The length in the answer to a HEAD is that of the blob.
        if (message.Request.Method != RequestMethod.Head)
        {
            Interlocked.Add(ref _count, message.Response.Headers.ContentLengthLong ?? 0);
        }
    }
}
