using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Playwright;

namespace BleepStore.Samples.Tests.WebFiles;

/// <summary>The page in a real browser, over the local backend.</summary>
public sealed class WebFilesTests
{
    private const int MiB = 1024 * 1024;
    private const string Choose = "#choose";

    private static Browser _browser = null!;
    private static WebFilesServer _server = null!;

    private DirectoryInfo _folder = null!;

    /// <summary>One browser and one server serve all tests, each with files of its own.</summary>
    [OneTimeSetUp]
    public static async Task StartAsync()
    {
        _browser = await Browser.RequireAsync();
        _server = await WebFilesServer.StartAsync();
    }

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("bleepstore-samples-tests-");

    [TearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [Test]
    [CancelAfter(120_000)]
    public async Task A_large_upload_is_cancelled_and_gone_on_with_also_after_the_page_was_closed(CancellationToken cancellationToken)
    {
        string path = MakeFile("large.bin", 64 * MiB, out string hash);
        IPage page = await _browser.OpenAsync(_server.Url);
        Task<double> cancelled = CancelAtAsync(page, 0.3);

        await page.SetInputFilesAsync(Choose, path);
        Assert.That(await cancelled, Is.GreaterThan(0.3).And.LessThan(1));
        Assert.That(await FileOf(page, "large.bin").CountAsync(), Is.Zero, "nothing is visible before the end");

        // Once more from the file that the page still has.
        cancelled = CancelAtAsync(page, 0.6);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        Assert.That(await cancelled, Is.GreaterThan(0.6).And.LessThan(1));

        // And from a page that was closed.
        IPage other = await _browser.OpenAsync(_server.Url);
        int sent = 0;
        other.Request += (_, request) => sent += request.Method == "PUT" ? 1 : 0;
        ILocator upload = other.Locator("#uploads article[data-key='large.bin']");
        await upload.Locator("input[type=file]").SetInputFilesAsync(path);
        await FileOf(other, "large.bin").WaitForAsync();

        Assert.That(sent, Is.GreaterThan(0).And.LessThan(6), "most of the eight parts were there");
        Assert.That(await upload.CountAsync(), Is.Zero);
        Assert.That(await HashOfDownloadAsync(other, "large.bin"), Is.EqualTo(hash));
        cancellationToken.ThrowIfCancellationRequested();
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Another_file_does_not_go_on_with_an_upload(CancellationToken cancellationToken)
    {
        string right = MakeFile("unfinished.bin", 1000, out string hash);
        await BeginAsync(right, cancellationToken);
        string longer = MakeFile("other/unfinished.bin", 1001, out _);
        IPage page = await _browser.OpenAsync(_server.Url);
        ILocator upload = page.Locator("#uploads article[data-key='unfinished.bin']");
        ILocator choose = upload.Locator("input[type=file]");

        foreach (string wrong in new[] { longer, MakeFile("other.bin", 1000, out _), MakeFile("empty.bin", 0, out _) })
        {
            await choose.SetInputFilesAsync(wrong);
            await page.GetByRole(AriaRole.Alert).GetByText("not the file").WaitForAsync();
            Assert.That(await FileOf(page, "unfinished.bin").CountAsync(), Is.Zero, wrong);
        }

        await choose.SetInputFilesAsync(right);
        await FileOf(page, "unfinished.bin").WaitForAsync();
        Assert.That(await upload.CountAsync(), Is.Zero);
        Assert.That(await HashOfDownloadAsync(page, "unfinished.bin"), Is.EqualTo(hash));
    }

    [TestCase("Äpfel & Birnen #1 ?50%.txt")]
    [TestCase("100%25.txt")]
    [CancelAfter(60_000)]
    public async Task A_file_keeps_its_name(string name, CancellationToken cancellationToken)
    {
        string path = MakeFile(name, 1000, out string hash);

        // Another address of the server than the one in its settings.
        IPage page = await _browser.OpenAsync(new UriBuilder(_server.Url) { Host = "localhost" }.Uri);

        await page.SetInputFilesAsync(Choose, path);
        ILocator file = FileOf(page, name);
        await file.WaitForAsync();

        Assert.That(await file.Locator(".name").TextContentAsync(), Is.EqualTo(name));
        Assert.That(File.Exists(Path.Combine(_server.Data, "files", name)), Is.True);
        Assert.That(await HashOfDownloadAsync(page, name), Is.EqualTo(hash));
        cancellationToken.ThrowIfCancellationRequested();
        await file.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await file.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Assert.That(File.Exists(Path.Combine(_server.Data, "files", name)), Is.False);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_video_plays_from_where_one_jumps_to(CancellationToken cancellationToken)
    {
        string path = Path.Combine(_folder.FullName, "film.webm");
        await Browser.MakeVideoAsync(path);
        IPage page = await _browser.OpenAsync(_server.Url);
        var ranges = new List<int>();
        page.Response += (_, response) =>
        {
            if (response.Url.EndsWith("/files/film.webm", StringComparison.Ordinal))
            {
                ranges.Add(response.Status);
            }
        };

        await page.SetInputFilesAsync(Choose, path);
        await page.Locator("video").WaitForAsync();
        await WaitForAsync(page, "document.querySelector('video').readyState >= 1");
        string jump = """
            video => new Promise(resolve => {
                video.onseeked = () => resolve([video.currentTime, video.videoWidth, video.error?.code ?? 0]);
                video.currentTime = 8;
            })
            """;
        double[] seen = await page.Locator("video").EvaluateAsync<double[]>(jump);
        cancellationToken.ThrowIfCancellationRequested();

        Assert.That(seen, Is.EqualTo(new double[] { 8, 640, 0 }));
        Assert.That(ranges, Is.Not.Empty.And.All.EqualTo(206));
    }

    [TestCase("evil.html", "text/html")]
    [TestCase("evil.svg", "image/svg+xml")]
    [CancelAfter(60_000)]
    public async Task What_was_uploaded_does_not_run(string name, string type, CancellationToken cancellationToken)
    {
        const string script = "<script>document.cookie = 'ran=yes'; fetch('/api/ran');</script>";
        string content = type == "text/html" ? script : $"<svg xmlns=\"http://www.w3.org/2000/svg\">{script}</svg>";
        string path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, content, cancellationToken);
        IPage page = await _browser.OpenAsync(_server.Url);
        await page.SetInputFilesAsync(Choose, path);
        await FileOf(page, name).WaitForAsync();

        IDownload download = await page.RunAndWaitForDownloadAsync(async () =>
        {
            // A navigation that becomes a download fails as a navigation.
            await Assert.CatchAsync<PlaywrightException>(() => page.GotoAsync(new Uri(_server.Url, $"files/{name}").AbsoluteUri));
        });

        Assert.That(download.SuggestedFilename, Is.EqualTo(name));
        Assert.That((await page.Context.CookiesAsync()).Select(static cookie => cookie.Name), Has.None.EqualTo("ran"));
        Assert.That(_server.Output(), Does.Not.Contain("fail:"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task An_image_is_shown_wide_and_narrow(CancellationToken cancellationToken)
    {
        IPage page = await _browser.OpenAsync(_server.Url);
        string path = Path.Combine(_folder.FullName, "dot.png");
        const string png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        await File.WriteAllBytesAsync(path, Convert.FromBase64String(png), cancellationToken);
        await page.SetInputFilesAsync(Choose, [path, MakeFile($"{new string('a', 120)}.bin", 10, out _)]);
        await page.Locator("img").WaitForAsync();
        await WaitForAsync(page, "document.querySelector('img').naturalWidth === 1");

        foreach (int width in new[] { 1100, 360 })
        {
            await page.SetViewportSizeAsync(width, 700);
            JsonElement sizes = (await page.EvaluateAsync("[document.documentElement.scrollWidth, window.innerWidth]"))!.Value;
            Assert.That(sizes[0].GetInt32(), Is.LessThanOrEqualTo(sizes[1].GetInt32()), $"nothing sticks out at {width}");
        }
    }

    private static async Task WaitForAsync(IPage page, string condition) => await page.WaitForFunctionAsync($"() => {condition}");

    /// <summary>Cancels an upload in the page itself, because a click from outside can come after its end.</summary>
    private static Task<double> CancelAtAsync(IPage page, double progress) => page.EvaluateAsync<double>(
        """
        least => new Promise(resolve => {
            const watch = setInterval(() => {
                const bar = document.querySelector('#uploads progress');
                const cancel = [...document.querySelectorAll('#uploads button')].find(button => button.textContent === 'Cancel');
                if (bar?.value > least && cancel) {
                    clearInterval(watch);
                    cancel.click();
                    resolve(bar.value);
                }
            }, 1);
        })
        """,
        progress);

    private static ILocator FileOf(IPage page, string name) =>
        page.Locator("#files article").Filter(new LocatorFilterOptions { Has = page.GetByText(name, new() { Exact = true }) });

    private static async Task<string> HashOfDownloadAsync(IPage page, string name)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(
            () => FileOf(page, name).GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());

        // The browser takes out what some systems have in no file name.
        Assert.That(download.SuggestedFilename, Is.EqualTo(name.Replace('?', '_')));
        await using FileStream bytes = File.OpenRead(await download.PathAsync());
        return Convert.ToHexString(await SHA256.HashDataAsync(bytes));
    }

    /// <summary>Begins an upload whose parts are all stored, as a page that is closed before the end leaves it.</summary>
    private static async Task BeginAsync(string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = _server.Url };
        string key = Path.GetFileName(path);
        JsonElement token = await http.GetFromJsonAsync<JsonElement>("api/token", cancellationToken);
        http.DefaultRequestHeaders.Add("X-CSRF-TOKEN", token.GetProperty("token").GetString());
        JsonElement begun = await PostAsync("api/uploads", new { key });
        string uploadId = begun.GetProperty("uploadId").GetString()!;
        JsonElement link = await PostAsync("api/uploads/parts", new { key, uploadId, number = 1 });
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(path, cancellationToken));
        using HttpResponseMessage put = await http.PutAsync(link.GetProperty("url").GetString(), content, cancellationToken);
        put.EnsureSuccessStatusCode();

        async Task<JsonElement> PostAsync(string address, object body)
        {
            using HttpResponseMessage answer = await http.PostAsJsonAsync(address, body, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        }
    }

    private string MakeFile(string name, int size, out string hash)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(size);
        hash = Convert.ToHexString(SHA256.HashData(bytes));
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
