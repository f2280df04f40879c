using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>
/// Gives access tokens to a service account that proves its key, and to one that may impersonate another, on 127.0.0.1. Strict: an assertion that is not signed by the account,
/// not for the service's endpoint, without the scope of Cloud Storage (or of impersonation) or of more than an hour is refused.
/// </summary>
/// <remarks>Source: "Using OAuth 2.0 for Server to Server Applications", Google Identity; "generateAccessToken", IAM Service Account Credentials API.</remarks>
internal sealed class TokenEndpoint : IAsyncDisposable
{
    public const string Account = "storage@project.iam.gserviceaccount.com";
    public const string BilledProject = "billed";
    public const string Impersonated = "other@project.iam.gserviceaccount.com";
    private const string StorageScope = "https://www.googleapis.com/auth/devstorage.full_control";
    private const string ImpersonationScope = "https://www.googleapis.com/auth/iam";

    /// <summary>The SDK signs for the service's own endpoint, whatever <c>token_uri</c> says.</summary>
    private const string Audience = "https://oauth2.googleapis.com/token";

    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _application;
    private readonly Queue<string> _tokens;
    private readonly List<string> _refused = [];
    private int _given;

    private TokenEndpoint(IEnumerable<string> tokens)
    {
        _tokens = new Queue<string>(tokens);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>How many tokens were given.</summary>
    public int Given => Volatile.Read(ref _given);

    /// <summary>Why requests were refused.</summary>
    public IReadOnlyList<string> Refused => _refused;

    private string Root => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <param name="tokens">The tokens, in the order in which they are given; the last one again and again.</param>
    public static async Task<TokenEndpoint> StartAsync(params string[] tokens)
    {
        var endpoint = new TokenEndpoint(tokens);
        await endpoint._application.StartAsync();
        return endpoint;
    }

    /// <summary>A file with the account's key, as the console gives it.</summary>
    public string WriteKeyFile(string folder) => Write(folder, "service-account.json", ServiceAccount());

    /// <summary>A file in which the account impersonates another.</summary>
    public string WriteImpersonationFile(string folder) => Write(folder, "impersonation.json", new Dictionary<string, object>
    {
        ["type"] = "impersonated_service_account",
        ["service_account_impersonation_url"] = $"{Root}/v1/projects/-/serviceAccounts/{Impersonated}:generateAccessToken",
        ["delegates"] = Array.Empty<string>(),
        ["source_credentials"] = ServiceAccount(),
    });

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _key.Dispose();
    }

    private static string Write(string folder, string name, object content)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, JsonSerializer.Serialize(content));
        return path;
    }

    private Dictionary<string, object> ServiceAccount() => new()
    {
        ["type"] = "service_account",
        ["project_id"] = "project",
        ["private_key_id"] = "1",
        ["private_key"] = _key.ExportPkcs8PrivateKeyPem(),
        ["client_email"] = Account,
        ["client_id"] = "1",
        ["token_uri"] = $"{Root}/token",
        ["quota_project_id"] = BilledProject,
    };

    private async Task AnswerAsync(HttpContext http)
    {
        object? answer = http.Request.Path == "/token"
            ? Grant(await http.Request.ReadFormAsync())
            : Impersonate(http, await JsonDocument.ParseAsync(http.Request.Body));
        http.Response.StatusCode = answer is null ? 400 : 200;
        await http.Response.WriteAsJsonAsync(answer ?? new { error = "invalid_grant", error_description = _refused[^1] });
    }

    private object? Grant(IFormCollection form)
    {
        string[] parts = form["assertion"].ToString().Split('.');
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" || parts.Length != 3)
        {
            return Refuse("no assertion");
        }

        if (!_key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return Refuse("the signature is not the account's");
        }

        using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        JsonElement claim = claims.RootElement;
        string[] scopes = claim.GetProperty("scope").GetString()!.Split(' ');
        long seconds = claim.GetProperty("exp").GetInt64() - claim.GetProperty("iat").GetInt64();
        bool isRight = claim.GetProperty("iss").GetString() == Account
            && claim.GetProperty("aud").GetString() == Audience
            && (scopes.Contains(StorageScope) || scopes.Contains(ImpersonationScope))
            && seconds is > 0 and <= 3600;
        return isRight ? new { access_token = Next(), expires_in = 3600, token_type = "Bearer" } : Refuse($"not for this: {claims.RootElement}");
    }

    private object? Impersonate(HttpContext http, JsonDocument body)
    {
        using (body)
        {
            bool isRight = http.Request.Path == $"/v1/projects/-/serviceAccounts/{Impersonated}:generateAccessToken"
                && http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal)
                && body.RootElement.GetProperty("scope").EnumerateArray().Any(static scope => scope.GetString() == StorageScope);
            return isRight ? new { accessToken = Next(), expireTime = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") } : Refuse($"not for this: {http.Request.Path}");
        }
    }

    private string Next()
    {
        lock (_tokens)
        {
            _given++;
            return _tokens.Count > 1 ? _tokens.Dequeue() : _tokens.Peek();
        }
    }

    private object? Refuse(string reason)
    {
        _refused.Add(reason);
        return null;
    }
}
