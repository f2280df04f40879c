using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BleepStore.Samples.Tests.WebFiles;

/// <summary>The sample as a process, on a free port and in a folder of its own.</summary>
internal sealed class WebFilesServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly List<string> _output = [];

    private WebFilesServer(Process process, DirectoryInfo folder, Uri url)
    {
        _process = process;
        _folder = folder;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>Where its objects are.</summary>
    public string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="settings">More of its settings, such as <c>--Store:Backend azure</c>.</param>
    public static async Task<WebFilesServer> StartAsync(params string[] settings)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-samples-tests-");
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };

        // Where the keys of the antiforgery tokens are kept.
        start.Environment["HOME"] = folder.FullName;
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "BleepStore.Samples.WebFiles.dll"), "--urls", url.AbsoluteUri.TrimEnd('/'),
            "--Store:RootPath", Path.Combine(folder.FullName, "data"), .. settings,
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var server = new WebFilesServer(Process.Start(start)!, folder, url);
        var isListening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Read(line =>
        {
            if (line.Contains("Application started", StringComparison.Ordinal))
            {
                isListening.TrySetResult();
            }
        });
        try
        {
            await isListening.Task.WaitAsync(StartLimit);
            return server;
        }
        catch (TimeoutException)
        {
            string output = server.Output();
            await server.DisposeAsync();
            throw new InvalidOperationException($"The sample did not start:\n{output}");
        }
    }

    /// <summary>The output of the server.</summary>
    public string Output()
    {
        lock (_output)
        {
            return string.Join('\n', _output);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Read(Action<string> onLine)
    {
        void Keep(string? line)
        {
            if (line is not null)
            {
                lock (_output)
                {
                    _output.Add(line);
                }

                onLine(line);
            }
        }

        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }
}
