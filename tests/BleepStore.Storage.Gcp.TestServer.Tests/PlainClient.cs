using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>A server with a bucket, and plain HTTP to it. It uses no SDK and no backend, which could have the same faults.</summary>
internal sealed class PlainClient : IAsyncDisposable
{
    public const string Bucket = "bucket";

    private PlainClient(GcsServer server)
    {
        Server = server;
        Http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
        })
        { BaseAddress = server.BaseUri };
    }

    public GcsServer Server { get; }

    public HttpClient Http { get; }

    public static async Task<PlainClient> StartAsync(GcsServerOptions? options = null)
    {
        var client = new PlainClient(await GcsServer.StartAsync(options));
        if (options?.AccessToken is { } token)
        {
            client.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        await client.OkAsync(HttpMethod.Post, "storage/v1/b?project=p", $$"""{"name":"{{Bucket}}"}""");
        return client;
    }

    public static string Path(string name, string bucket = Bucket) => $"storage/v1/b/{bucket}/o/{Uri.EscapeDataString(name)}";

    /// <summary>An answer that is read and disposed.</summary>
    public async Task<PlainAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.BaseUri, path)) { Content = content };
        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return await PlainAnswer.ReadAsync(response);
    }

    public Task<PlainAnswer> JsonAsync(HttpMethod method, string path, string json) =>
        SendAsync(method, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public Task<PlainAnswer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, content: null, headers);

    /// <summary>A request that must succeed.</summary>
    public async Task<JsonObject> OkAsync(HttpMethod method, string path, string? json = null)
    {
        PlainAnswer answer = json is null ? await SendAsync(method, path) : await JsonAsync(method, path, json);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    public Task<PlainAnswer> PutAsync(string name, string text, string query = "") => PutAsync(name, Encoding.UTF8.GetBytes(text), query);

    public Task<PlainAnswer> PutAsync(string name, byte[] bytes, string query = "", string? mediaType = "text/plain") =>
        SendAsync(
            HttpMethod.Post,
            $"upload/storage/v1/b/{Bucket}/o?uploadType=media&name={Uri.EscapeDataString(name)}{query}",
            new ByteArrayContent(bytes) { Headers = { ContentType = mediaType is null ? null : new MediaTypeHeaderValue(mediaType) } });

    public Task<PlainAnswer> PutMultipartAsync(string resource, byte[] bytes, string query = "", string mediaType = "text/plain")
    {
        var content = new MultipartContent("related")
        {
            new StringContent(resource, Encoding.UTF8, "application/json"),
            new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };
        return SendAsync(HttpMethod.Post, $"upload/storage/v1/b/{Bucket}/o?uploadType=multipart{query}", content);
    }

    public async Task<JsonObject> ResourceAsync(string name) => (await GetAsync(Path(name))).Json;

    public async Task<string> GenerationAsync(string name) => (string)(await ResourceAsync(name))["generation"]!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
