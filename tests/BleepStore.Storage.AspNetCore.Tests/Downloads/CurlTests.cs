using System.Diagnostics;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>A client that is not of .NET.</summary>
[TestFixture(HttpProtocols.Http1, "--http1.1")]
[TestFixture(HttpProtocols.Http2, "--http2-prior-knowledge")]
public sealed class CurlTests(HttpProtocols protocols, string version)
{
    private const string Status = "%{http_code}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-curl-");

    [SetUp]
    public void RequireCurl()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(static folder => File.Exists(Path.Combine(folder, "curl"))))
        {
            Missing.EndTest("curl is not on the PATH. Install the package curl.", Missing.IsCI);
        }
    }

    [TearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [Test]
    public async Task A_range_is_fetched()
    {
        await using WebApp app = await StartAsync();
        await app.Bucket.PutAsync("a b%", "0123456789"u8.ToArray());

        Assert.That(await CurlAsync("-r", "2-4", $"{app.Address}files/a%20b%25"), Is.EqualTo("234"));
        Assert.That(await CurlAsync("-r", "-3", $"{app.Address}files/a%20b%25"), Is.EqualTo("789"));
        Assert.That(await CurlAsync("-r", "0-1,4-5", $"{app.Address}files/a%20b%25"), Is.EqualTo("0123456789"));
    }

    [Test]
    public async Task A_download_that_broke_off_is_continued()
    {
        await using WebApp app = await StartAsync();
        byte[] bytes = Payload.Bytes(2_000_000);
        await app.Bucket.PutAsync("large", bytes);
        string file = Path.Combine(_folder.FullName, "large");
        await File.WriteAllBytesAsync(file, bytes[..1_234_567]);
        app.Backend.Forget();

        string status = await CurlAsync("-C", "-", "-o", file, "-w", Status, $"{app.Address}files/large");

        Assert.That(status, Is.EqualTo("206"));
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(bytes));
        Assert.That(app.Backend.Requests, Is.EqualTo(new[] { "get" }));
    }

    [Test]
    public async Task An_object_that_is_no_newer_is_not_fetched()
    {
        await using WebApp app = await StartAsync();
        ObjectProperties stored = await app.Bucket.PutAsync("a", "0123456789"u8.ToArray());

        string now = stored.LastModified.ToString("R");
        Assert.That(await CurlAsync("-z", now, "-w", Status, $"{app.Address}files/a"), Is.EqualTo("304"));
        Assert.That(
            await CurlAsync("-z", "Sun, 06 Nov 1994 08:49:37 GMT", "-w", Status, $"{app.Address}files/a"), Is.EqualTo("0123456789200"));
    }

    [Test]
    public async Task A_file_is_uploaded_as_a_body_and_by_a_form()
    {
        await using WebApp app = await StartAsync();
        byte[] bytes = Payload.Bytes(500_000);
        string file = Path.Combine(_folder.FullName, "up.bin");
        await File.WriteAllBytesAsync(file, bytes);

        await CurlAsync("-T", file, $"{app.Address}files/body");
        await CurlAsync("-F", $"f=@{file};filename=form", $"{app.Address}form");

        foreach (string key in new[] { "body", "form" })
        {
            await using ObjectReader reader = await app.Bucket.GetAsync(key);
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(bytes), key);
        }
    }

    private Task<WebApp> StartAsync() => WebApp.StartAsync(ServedApp.Map, protocols: protocols);

    private async Task<string> CurlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl", ["--silent", "--show-error", "--fail", "--noproxy", "*", version, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process curl = Process.Start(start)!;
        Task<string> errors = curl.StandardError.ReadToEndAsync();
        string output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        Assert.That(curl.ExitCode, Is.Zero, await errors);
        return output;
    }
}
