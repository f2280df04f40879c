using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using BleepStore.Storage.Benchmarks.Support;

namespace BleepStore.Storage.Benchmarks.Gcp;

/// <summary>A service that answers at once, without a network, so only the cost of the client side remains.</summary>
/// <param name="content">The body of every GET of media, and of every stored object.</param>
/// <param name="traffic">Told what arrives.</param>
internal sealed class AnsweringHandler(byte[] content, Traffic traffic) : HttpMessageHandler
{
    private const string Session = GcpStub.Root
        + "upload/storage/v1/b/store/o?uploadType=resumable&name=benchmark%2Fsmall&upload_id=session-1";

    private readonly byte[] _resource = Encoding.UTF8.GetBytes($$"""
        {
          "kind": "storage#object",
          "id": "store/benchmark/small/1764000000000000",
          "selfLink": "https://www.googleapis.com/storage/v1/b/store/o/benchmark%2Fsmall",
          "mediaLink": "https://storage.googleapis.com/download/storage/v1/b/store/o/benchmark%2Fsmall?generation=1764000000000000&alt=media",
          "name": "benchmark/small",
          "bucket": "store",
          "generation": "1764000000000000",
          "metageneration": "1",
          "contentType": "application/octet-stream",
          "storageClass": "STANDARD",
          "size": "{{content.Length}}",
          "md5Hash": "{{Convert.ToBase64String(MD5.HashData(content))}}",
          "crc32c": "{{PlainChecksum.Of(content)}}",
          "etag": "CICA0rnl8JADEAE=",
          "timeCreated": "2026-11-22T10:00:00.000Z",
          "updated": "2026-11-22T10:00:00.000Z",
          "timeStorageClassUpdated": "2026-11-22T10:00:00.000Z"
        }
        """);

    private readonly string _hashes = $"crc32c={PlainChecksum.Of(content)},md5={Convert.ToBase64String(MD5.HashData(content))}";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Same.Require(request.Headers.Authorization is { Scheme: "Bearer", Parameter: GcpStub.Token }, "a request had no token");
        traffic.NoteRequest();
        if (request.Content is { } body)
        {
            await body.CopyToAsync(traffic.Bodies, cancellationToken);
        }

        string query = request.RequestUri!.Query;
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
        answer.Headers.TryAddWithoutValidation("X-GUploader-UploadID", "request-1");
        if (query.Contains("alt=media", StringComparison.Ordinal))
        {
            answer.Headers.TryAddWithoutValidation("x-goog-generation", "1764000000000000");
            answer.Headers.TryAddWithoutValidation("x-goog-hash", _hashes);
            answer.Headers.TryAddWithoutValidation("x-goog-stored-content-encoding", "identity");
            answer.Headers.TryAddWithoutValidation("x-goog-stored-content-length", $"{content.Length}");
            answer.Content = new ByteArrayContent(content);
            answer.Content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        }
        else if (request.Method == HttpMethod.Post && query.Contains("uploadType=resumable", StringComparison.Ordinal))
        {
            answer.Headers.TryAddWithoutValidation("Location", Session);
            answer.Content = new ByteArrayContent([]);
        }
        else
        {
            answer.Content = new ByteArrayContent(_resource);
            answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "UTF-8");
        }

        return answer;
    }
}
