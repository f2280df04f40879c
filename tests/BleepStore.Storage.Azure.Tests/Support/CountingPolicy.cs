using Azure.Core;
using Azure.Core.Pipeline;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>Records the traffic to a real server, with every request, the uploaded bytes, and the downloaded bytes of objects.</summary>
internal sealed class CountingPolicy : HttpPipelinePolicy
{
    private readonly List<SentRequest> _sent = [];
    private long _bytesDown;
    private long _bytesUp;

    public IReadOnlyList<string> Kinds
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent.Select(static request => request.Kind)];
            }
        }
    }

    public IReadOnlyList<SentRequest> Sent
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent];
            }
        }
    }

    /// <summary>Bytes in the bodies of answers to a GET of a blob.</summary>
    public long ObjectBytesDown => Interlocked.Read(ref _bytesDown);

    /// <summary>Bytes in the bodies of all requests.</summary>
    public long BytesUp => Interlocked.Read(ref _bytesUp);

    public void Clear()
    {
        lock (_sent)
        {
            _sent.Clear();
            _bytesDown = 0;
            _bytesUp = 0;
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Everything is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        SentRequest request = await SentRequest.FromAsync(message.Request, withBody: false, message.CancellationToken);
        lock (_sent)
        {
            _sent.Add(request);
        }

        if (message.Request.Content is { } content && content.TryComputeLength(out long length))
        {
            Interlocked.Add(ref _bytesUp, length);
        }

        await ProcessNextAsync(message, pipeline);
        if (request.Kind == "GET")
        {
            Interlocked.Add(ref _bytesDown, message.Response.Headers.ContentLength ?? 0);
        }
    }
}
