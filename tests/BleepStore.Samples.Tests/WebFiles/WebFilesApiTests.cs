extern alias WebFiles;

using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using BleepStore.Storage;
using BleepStore.Storage.Conformance.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using WebFilesProgram = WebFiles::Program;

namespace BleepStore.Samples.Tests.WebFiles;

/// <summary>The requests of the page, without a browser.</summary>
public sealed class WebFilesApiTests
{
    private const string Token = "X-CSRF-TOKEN";

    private WebApplicationFactory<WebFilesProgram> _factory = null!;
    private HttpClient _client = null!;
    private Bucket _files = null!;

    [SetUp]
    public void SetUp()
    {
        // The name of the backend in any case, and an address that is no address of a link.
        _factory = new WebApplicationFactory<WebFilesProgram>().WithWebHostBuilder(static builder => builder
            .UseSetting("Store:Backend", "Local")
            .UseSetting("urls", "http://*:80")
            .ConfigureTestServices(static services => services.ReplaceBleepStore().UseInMemory()));
        _client = _factory.CreateClient();
        _files = _factory.Services.GetRequiredKeyedService<Bucket>("files");
    }

    [TearDown]
    public async Task TearDown()
    {
        _client.Dispose();
        await _factory.DisposeAsync();
    }

    [Test]
    public async Task Nothing_is_changed_without_the_token_of_the_user()
    {
        await _files.PutTextAsync("kept", "kept");
        MultipartUpload upload = await _files.CreateMultipartUploadAsync("kept");
        await upload.UploadPartAsync(1, new byte[10]);
        object body = new { key = "kept", uploadId = upload.UploadId, number = 1, parts = new[] { new { number = 1, size = 10 } } };
        using HttpClient stranger = _factory.CreateClient();
        string?[] wrong = [null, "", "wrong", await TokenAsync(stranger)];
        string right = await TokenAsync(_client);
        int routes = 0;

        foreach (RouteEndpoint endpoint in _factory.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            string path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            {
                // A link has its own signature.
                if (method is "GET" or "HEAD" || path.StartsWith("/links/", StringComparison.Ordinal))
                {
                    continue;
                }

                routes++;
                foreach (string? token in wrong)
                {
                    using HttpResponseMessage refused = await SendAsync(_client, method, path, body, token);
                    Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), $"{method} {path} {token}");
                    Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("antiforgery token"), path);
                }
            }
        }

        Assert.That(routes, Is.EqualTo(6));
        Assert.That(await _files.GetTextAsync("kept"), Is.EqualTo("kept"));
        Assert.That(await upload.ListPartsAsync().CountAsync(), Is.EqualTo(1));
        Assert.That(await _files.ListMultipartUploadsAsync().CountAsync(), Is.EqualTo(1));
        using HttpResponseMessage deleted = await SendAsync(_client, "POST", "/api/files/delete", body, right);
        Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await _files.ExistsAsync("kept"), Is.False);
    }

    [TestCase("[[1, 5242880], [2, 4]]", true)]
    [TestCase("[[1, 5242880]]", false)]
    [TestCase("[[1, 5242880], [2, 5]]", false)]
    [TestCase("[[1, 5242880], [3, 4]]", false)]
    [TestCase("[[1, 5242880], [2, 4], [3, 1]]", false)]
    [TestCase("[]", false)]
    public async Task An_upload_is_completed_only_from_the_parts_of_the_file(string parts, bool isWhole)
    {
        await _files.PutTextAsync("a", "old");
        MultipartUpload upload = await _files.CreateMultipartUploadAsync("a");
        await upload.UploadPartAsync(1, new byte[5 * 1024 * 1024]);
        await upload.UploadPartAsync(2, new byte[4]);
        object[] named = [.. JsonSerializer.Deserialize<int[][]>(parts)!.Select(static part => new { number = part[0], size = part[1] })];

        using HttpResponseMessage answer = await SendAsync(
            _client, "POST", "/api/uploads/complete", new { key = "a", uploadId = upload.UploadId, parts = named }, await TokenAsync(_client));

        Assert.That(answer.StatusCode, Is.EqualTo(isWhole ? HttpStatusCode.OK : HttpStatusCode.Conflict));
        Assert.That((await _files.HeadAsync("a")).Size, Is.EqualTo(isWhole ? 5242884 : 3));
        Assert.That(await _files.ListMultipartUploadsAsync().CountAsync(), Is.EqualTo(isWhole ? 0 : 1));
    }

    [Test]
    public async Task A_link_leads_to_the_address_that_the_page_has()
    {
        byte[] bytes = Payload.Bytes(100);
        MultipartUpload upload = await _files.CreateMultipartUploadAsync("ä b");

        using HttpResponseMessage signed = await SendAsync(
            _client,
            "POST",
            "/api/uploads/parts",
            new { key = "ä b", uploadId = upload.UploadId, number = 1 },
            await TokenAsync(_client));
        JsonElement link = await signed.Content.ReadFromJsonAsync<JsonElement>();
        string url = link.GetProperty("url").GetString()!;
        using HttpResponseMessage put = await _client.PutAsync(new Uri(url, UriKind.Relative), new ByteArrayContent(bytes));

        Assert.That(url, Does.StartWith("/links/files/"));
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await upload.ListPartsAsync().SingleAsync()).ETag, Is.EqualTo(Convert.ToHexStringLower(MD5.HashData(bytes))));
    }

    [TestCase("localhost", HttpStatusCode.OK)]
    [TestCase("127.0.0.1:5080", HttpStatusCode.OK)]
    [TestCase("[::1]:5080", HttpStatusCode.OK)]
    [TestCase("rebound.example:5080", HttpStatusCode.BadRequest)]
    public async Task Only_the_names_of_this_machine_reach_the_page(string host, HttpStatusCode status)
    {
        foreach (string path in new[] { "/", "/api/token", "/api/files" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            using HttpResponseMessage answer = await _client.SendAsync(request);

            Assert.That(answer.StatusCode, Is.EqualTo(status), path);
        }
    }

    private static async Task<string> TokenAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>(new Uri("/api/token", UriKind.Relative))).GetProperty("token").GetString()!;

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, object body, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(body) };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation(Token, token);
        }

        return await client.SendAsync(request);
    }
}
