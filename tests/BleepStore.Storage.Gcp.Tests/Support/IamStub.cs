using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Google.Apis.Http;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>
/// IAM and the metadata server of a machine, with the requests of the SDK. It serves the email address of the account, tokens and
/// <c>signBlob</c> of the IAM credentials API.
/// </summary>
internal sealed class IamStub : HttpMessageHandler
{
    public const string Account = "target@project.iam.gserviceaccount.com";

    private readonly RSA _key = RSA.Create(2048);

    public IReadOnlyDictionary<string, string> PublicKeys =>
        new Dictionary<string, string>(StringComparer.Ordinal) { [Account] = _key.ExportSubjectPublicKeyInfoPem() };

    /// <summary>Where requests went, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The answers to the next requests instead. The default is none.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? Instead { get; set; }

    /// <summary>Gives clients that ask here.</summary>
    public Google.Apis.Http.IHttpClientFactory Factory => new HttpClientFromMessageHandlerFactory(
        _ => new HttpClientFromMessageHandlerFactory.ConfiguredHttpMessageHandler(
            new Kept(this), performsAutomaticDecompression: false, handlesRedirect: false));

    public static HttpResponseMessage Json(JsonNode body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string address = request.RequestUri!.AbsoluteUri;
        Asked.Add(address);
        if (Instead is { } instead)
        {
            return await instead(request, cancellationToken);
        }

        if (address.EndsWith("/email", StringComparison.Ordinal))
        {
            return new HttpResponseMessage { Content = new StringContent(Account) };
        }

        if (!address.EndsWith($"/serviceAccounts/{Account}:signBlob", StringComparison.Ordinal))
        {
            return Json(new JsonObject { ["access_token"] = "token", ["expires_in"] = 3600, ["token_type"] = "Bearer" });
        }

        JsonNode asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        byte[] payload = Convert.FromBase64String((string)asked["payload"]!);
        byte[] signature = _key.SignData(payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Json(new JsonObject { ["keyId"] = "1", ["signedBlob"] = Convert.ToBase64String(signature) });
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The SDK disposes its handlers.</summary>
    private sealed class Kept(IamStub stub) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            stub.SendAsync(request, cancellationToken);
    }
}
