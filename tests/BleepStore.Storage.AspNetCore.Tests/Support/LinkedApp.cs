using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>An application that serves the links of its store, whose address is known to the store.</summary>
internal static class LinkedApp
{
    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    /// <param name="options">How links are served.</param>
    /// <param name="protocols">The protocols of the server.</param>
    /// <param name="folder">Where a store on a disk lives.</param>
    /// <param name="usesDataProtection">Whether data protection signs. Otherwise a key does.</param>
    /// <param name="time">The clock of the store.</param>
    /// <param name="basePath">The path base.</param>
    public static Task<WebApp> StartAsync(
        ObjectLinkOptions? options = null,
        HttpProtocols protocols = HttpProtocols.Http1,
        string? folder = null,
        bool usesDataProtection = false,
        TimeProvider? time = null,
        string basePath = "")
    {
        int port = WebApp.FreePort();
        var address = new Uri($"http://127.0.0.1:{port}{basePath}/links");
        return WebApp.StartAsync(
            app =>
            {
                app.UsePathBase(basePath);
                app.UseRouting();
                app.MapObjectLinks("/links", static context => context.RequestServices.GetRequiredService<ObjectStore>(), options);
            },
            (builder, store) =>
            {
                if (time is not null)
                {
                    builder.Services.AddSingleton(time);
                }

                if (usesDataProtection)
                {
                    store.WithDataProtectionLinks(address);
                }
                else
                {
                    store.Configure(options =>
                    {
                        options.Links.BaseUrl = address;
                        options.Links.Key = Key;
                    });
                }
            },
            protocols,
            folder,
            port);
    }

    /// <summary>Sends what a link allows, exactly as it says.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this WebApp app, PresignedUrl link, byte[]? body = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(link.Method), link.Url)
        {
            Version = app.Client.DefaultRequestVersion,
            VersionPolicy = app.Client.DefaultVersionPolicy,
            Content = body is null ? null : new ByteArrayContent(body),
        };
        foreach ((string name, string value) in link.RequiredHeaders.Where(static header => header.Key != "Content-Length"))
        {
            Add(request.Content!.Headers, name, value);
        }

        request.Headers.ExpectContinue = body is not null;
        change?.Invoke(request);
        return await app.Client.SendAsync(request);
    }

    private static void Add(HttpHeaders headers, string name, string value) =>
        Assert.That(headers.TryAddWithoutValidation(name, value), Is.True);
}
