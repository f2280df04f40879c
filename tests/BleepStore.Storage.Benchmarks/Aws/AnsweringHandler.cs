using System.Net;
using System.Security.Cryptography;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Aws;

/// <summary>A service that answers at once, without a network, so only the cost of the client side remains.</summary>
/// <param name="content">The body of every GET, and of every stored object.</param>
/// <param name="traffic">Told what arrives.</param>
internal sealed class AnsweringHandler(byte[] content, Traffic traffic) : HttpMessageHandler
{
    private const string Time = "Sun, 22 Nov 2026 10:00:00 GMT";

    private readonly string _etag = $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        traffic.NoteRequest();
        if (request.Content is { } body)
        {
            await body.CopyToAsync(traffic.Bodies, cancellationToken);
        }

        var answer = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
        answer.Headers.TryAddWithoutValidation("Date", Time);
        answer.Headers.TryAddWithoutValidation("ETag", _etag);
        answer.Headers.TryAddWithoutValidation("x-amz-request-id", "request-1");
        answer.Headers.TryAddWithoutValidation("x-amz-server-side-encryption", "AES256");
        bool isGet = request.Method == HttpMethod.Get;
        answer.Content = new ByteArrayContent(isGet ? content : []);
        if (isGet)
        {
            answer.Content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
            answer.Content.Headers.TryAddWithoutValidation("Last-Modified", Time);
        }

        return answer;
    }
}
