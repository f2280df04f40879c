using System.Diagnostics;
using BleepStore.Storage.Tests.Shared;
using Microsoft.Playwright;

namespace BleepStore.Samples.Tests.WebFiles;

/// <summary>A Chromium without a window, with a profile of its own that is thrown away.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>Starts it. Where there is none, the test ends and says why. In CI it fails.</summary>
    public static async Task<Browser> RequireAsync()
    {
        string? program = ProgramPath("chromium");
        if (program is null)
        {
            Missing.EndTest(
                "There is no chromium on the PATH to open the page of the sample WebFiles. Install the Debian package chromium.",
                Missing.IsCI);
        }

        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Arguments });
        return new Browser(playwright, browser);
    }

    public async Task<IPage> OpenAsync(Uri url, int width = 1100, int height = 800)
    {
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            AcceptDownloads = true,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(url.AbsoluteUri);
        return page;
    }

    /// <summary>Makes a video of ten seconds. Where ffmpeg is missing, the test ends and says why. In CI it fails.</summary>
    public static async Task MakeVideoAsync(string path)
    {
        if (ProgramPath("ffmpeg") is not { } ffmpeg)
        {
            Missing.EndTest(
                "There is no ffmpeg on the PATH to make a video for the sample WebFiles. Install the Debian package ffmpeg.", Missing.IsCI);
            return;
        }

        using Process process = Process.Start(new ProcessStartInfo(
            ffmpeg,
            ["-loglevel",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=duration=10:size=640x360:rate=25",
            "-c:v",
            "libvpx",
            "-b:v",
            "6M",
            "-g",
            "25",
            "-deadline",
            "realtime",
            path]))!;
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, "ffmpeg makes the video");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    private static string? ProgramPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
