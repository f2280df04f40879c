using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Gcp.TestServer.Tokens;

/// <summary>
/// Issues tokens on a free port of 127.0.0.1. It serves signed claims of known accounts and impersonations, and acts as a machine's
/// metadata server. Thread-safe.
/// </summary>
public sealed class TokenServer : IAsyncDisposable
{
    private const string StorageScope = "https://www.googleapis.com/auth/devstorage.full_control";
    private const string IamScope = "https://www.googleapis.com/auth/iam";
    private const string Flavor = "Metadata-Flavor";
    private const string Impersonation = ":generateAccessToken";

    private readonly ConcurrentDictionary<string, TokenGrant> _valid = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<TokenGrant> _grants = new();
    private readonly ConcurrentBag<ServiceAccount> _accounts = [];
    private readonly WebApplication _application;

    private TokenServer(WebApplication application) => _application = application;

    public Uri BaseUri { get; private set; } = null!;

    /// <summary>The <c>token_uri</c> of credentials files.</summary>
    public Uri TokenUri => new(BaseUri, "token");

    /// <summary>The issued tokens, in order.</summary>
    public IReadOnlyList<TokenGrant> Grants => [.. _grants];

    /// <summary>How long tokens are said to live. The default is an hour.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether tokens are refused as soon as they are given out. The default is no.</summary>
    public bool GivesStaleTokens { get; set; }

    /// <summary>The status that refuses every request, or 0 for none. The default is none.</summary>
    public int Refusal { get; set; }

    public static async Task<TokenServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        var server = new TokenServer(application);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        server.BaseUri = new Uri(
            application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return server;
    }

    public void Add(ServiceAccount account) => _accounts.Add(account);

    /// <summary>Whether a token lets its bearer into the storage service.</summary>
    public bool Accepts(string token) => IsFor(token, StorageScope);

    /// <summary>From now on every token that was given out is refused.</summary>
    public void RevokeAll() => _valid.Clear();

    /// <summary>The address that impersonates an account (<c>service_account_impersonation_url</c>).</summary>
    public Uri ImpersonationUri(string email) => new(BaseUri, $"v1/projects/-/serviceAccounts/{email}{Impersonation}");

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        try
        {
            if (Refusal != 0)
            {
                throw new TokenRefusal(Refusal, "temporarily_unavailable", "Refused on demand.");
            }

            string path = http.Request.Path.Value ?? "";
            await (path switch
            {
                "/token" => AssertedAsync(http),
                "/" or "/computeMetadata/v1/instance/service-accounts/default/token" or "/computeMetadata/v1/universe/universe-domain" =>
                    MachineAsync(http, path),
                _ when path.EndsWith(Impersonation, StringComparison.Ordinal) => ImpersonatedAsync(http, path),
                _ => throw new TokenRefusal(404, "not_found", $"There is no {path}."),
            });
        }
        catch (TokenRefusal refusal)
        {
            await Answer.JsonAsync(
                http, new JsonObject { ["error"] = refusal.Error, ["error_description"] = refusal.Message }, refusal.Status);
        }
    }

    private async Task AssertedAsync(HttpContext http)
    {
        IFormCollection form = await http.Request.ReadFormAsync();
        if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer")
        {
            throw new TokenRefusal(400, "unsupported_grant_type", "Only signed claims are known here.");
        }

        Assertion assertion = Assertion.Read(form["assertion"].ToString(), _accounts, DateTimeOffset.UtcNow);
        await GiveAsync(http, "assertion", assertion.Account.Email, assertion.Scope);
    }

    /// <summary>Implements "serviceAccounts.generateAccessToken" of the IAM credentials API.</summary>
    private async Task ImpersonatedAsync(HttpContext http, string path)
    {
        string given = http.Request.Headers.Authorization.ToString();
        if (!given.StartsWith("Bearer ", StringComparison.Ordinal) || !IsFor(given["Bearer ".Length..], IamScope))
        {
            throw new TokenRefusal(401, "unauthenticated", "The source's token is not valid for IAM.");
        }

        JsonNode wanted = (await JsonNode.ParseAsync(http.Request.Body))!;
        string scope = string.Join(' ', wanted["scope"]!.AsArray().Select(static one => one!.GetValue<string>()));
        TokenGrant grant = Issue("impersonation", path.Split('/')[^1][..^Impersonation.Length], scope);
        await Answer.JsonAsync(http, new JsonObject
        {
            ["accessToken"] = grant.Token,
            ["expireTime"] = (DateTimeOffset.UtcNow + Lifetime).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        });
    }

    /// <summary>"About VM metadata": only who sends the header is answered, and the answer has it, too.</summary>
    private async Task MachineAsync(HttpContext http, string path)
    {
        if (http.Request.Headers[Flavor] != "Google")
        {
            throw new TokenRefusal(403, "forbidden", "The header Metadata-Flavor is missing.");
        }

        http.Response.Headers[Flavor] = "Google";
        if (path.EndsWith("/token", StringComparison.Ordinal))
        {
            await GiveAsync(http, "metadata", "default", http.Request.Query["scopes"].ToString().Replace(',', ' '));
        }
        else
        {
            await http.Response.WriteAsync(path == "/" ? "computeMetadata/" : "googleapis.com");
        }
    }

    private Task GiveAsync(HttpContext http, string kind, string account, string scope)
    {
        TokenGrant grant = Issue(kind, account, scope);
        return Answer.JsonAsync(
            http,
            new JsonObject { ["access_token"] = grant.Token, ["expires_in"] = (int)Lifetime.TotalSeconds, ["token_type"] = "Bearer" });
    }

    private TokenGrant Issue(string kind, string account, string scope)
    {
        var grant = new TokenGrant($"ya29.{Guid.NewGuid():N}", kind, account, scope);
        if (!GivesStaleTokens)
        {
            _valid[grant.Token] = grant;
        }

        _grants.Enqueue(grant);
        return grant;
    }

    private bool IsFor(string token, string scope) =>
        _valid.TryGetValue(token, out TokenGrant? grant) && grant.Scope.Split(' ').Contains(scope);
}
