using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using Microsoft.Playwright;

namespace BleepStore.Samples.Tests.WebFiles;

/// <summary>The page in a real browser, which sends the bytes to another origin. The emulator stands for Azure.</summary>
public sealed class WebFilesOnAzureTests
{
    private const string Account = "account";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const int Size = 9 * 1024 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-samples-tests-");

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [Test]
    [CancelAfter(120_000)]
    public async Task The_browser_sends_the_parts_to_Azure_itself_where_CORS_allows_it(CancellationToken cancellationToken)
    {
        await Emulators.RequireNodeAsync();
        await using Browser browser = await Browser.RequireAsync();
        using var http = new HttpClient();
        using AzuriteProcess azurite = await AzuriteProcess.StartAsync($"{Account}:{Key}", http, "http");
        string connection =
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{azurite.Port}/{Account};";
        await using WebFilesServer server = await WebFilesServer.StartAsync(
            "--Store:Backend",
            "azure",
            "--Store:ConnectionString",
            connection,
            "--Store:Container",
            "store",
            "--Store:CreateContainer",
            "true");
        await using ObjectStore store = AzureStore.Create(new AzureBackendOptions { ConnectionString = connection, Container = "store" });
        byte[] bytes = RandomNumberGenerator.GetBytes(Size);
        IPage page = await browser.OpenAsync(server.Url);
        await page.GetByText("No files yet").WaitForAsync();
        string file = Path.Combine(_folder.FullName, "Übersicht #1.json");
        await File.WriteAllBytesAsync(file, bytes, cancellationToken);

        await page.SetInputFilesAsync("#choose", file);
        await page.GetByRole(AriaRole.Alert).GetByText("CORS").WaitForAsync();
        await AllowAsync(store, server.Url, cancellationToken);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await page.Locator("#files article").WaitForAsync();

        Bucket files = store.GetBucket("files");
        await using ObjectReader reader = await files.GetAsync("Übersicht #1.json", cancellationToken: cancellationToken);
        Assert.That((await reader.ReadAllAsync(cancellationToken: cancellationToken)).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(reader.Properties.ContentType, Is.EqualTo("application/json"));
        Assert.That(reader.Properties.ETag, Does.EndWith("-2"), "the parts are those that the library would make");
    }

    private static async Task AllowAsync(ObjectStore store, Uri origin, CancellationToken cancellationToken)
    {
        BlobServiceClient account = store.GetService<BlobServiceClient>()!;
        BlobServiceProperties properties = await account.GetPropertiesAsync(cancellationToken);
        properties.Cors =
        [
            new BlobCorsRule
            {
                AllowedOrigins = origin.GetLeftPart(UriPartial.Authority),
                AllowedMethods = "GET,HEAD,PUT",
                AllowedHeaders = "*",
                ExposedHeaders = "ETag",
                MaxAgeInSeconds = 3600,
            },
        ];
        await account.SetPropertiesAsync(properties, cancellationToken);
    }
}
