using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>Prepares objects on the server by plain HTTP.</summary>
internal static class ServerClient
{
    public static async Task CreateBucketAsync(GcsServer server, string name, string? accessToken = null)
    {
        using HttpClient http = Client(server);
        http.DefaultRequestHeaders.Authorization = accessToken is null ? null : new AuthenticationHeaderValue("Bearer", accessToken);
        using var body = new StringContent($$"""{"name":"{{name}}"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri(server.BaseUri, "storage/v1/b?project=project"), body);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task DeleteObjectAsync(GcsServer server, string bucket, string name)
    {
        using HttpClient http = Client(server);
        using HttpResponseMessage answer = await http.DeleteAsync(
            new Uri(server.BaseUri, $"storage/v1/b/{bucket}/o/{Uri.EscapeDataString(name)}"));
        answer.EnsureSuccessStatusCode();
    }

    private static HttpClient Client(GcsServer server) => new()
    {
        DefaultRequestVersion = server.Options.SpeaksHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
