using Azure.Core;
using Azure.Core.Pipeline;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Azure;

/// <summary>A service that answers at once, without a network, so only the cost of the client side remains.</summary>
/// <param name="blob">The body of every GET.</param>
/// <param name="traffic">Told what arrives.</param>
internal sealed class AnsweringTransport(byte[] blob, Traffic traffic) : HttpPipelineTransport
{
    private readonly Dictionary<string, string> _read = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ETag"] = "\"0x1\"",
        ["x-ms-request-id"] = "request-1",
        ["Last-Modified"] = "Sun, 22 Nov 2026 10:00:00 GMT",
        ["Content-Length"] = $"{blob.Length}",
        ["Content-Type"] = "application/octet-stream",
        ["x-ms-blob-type"] = "BlockBlob",
        ["x-ms-creation-time"] = "Sun, 22 Nov 2026 10:00:00 GMT",
    };

    private readonly Dictionary<string, string> _written = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ETag"] = "\"0x1\"",
        ["x-ms-request-id"] = "request-1",
        ["Last-Modified"] = "Sun, 22 Nov 2026 10:00:00 GMT",
        ["x-ms-request-server-encrypted"] = "true",
    };

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("Everything is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        traffic.NoteRequest();
        if (message.Request.Content is { } content)
        {
            await content.WriteToAsync(traffic.Bodies, message.CancellationToken);
        }

        message.Response = message.Request.Method == RequestMethod.Get
            ? new FixedResponse(200, _read, new MemoryStream(blob, writable: false))
            : new FixedResponse(201, _written, body: null);
        message.Response.ClientRequestId = message.Request.ClientRequestId;
    }
}
