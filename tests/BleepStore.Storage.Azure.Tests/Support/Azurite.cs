using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>One Azurite for the assembly: in memory, on a free port of this machine, started at the first use and ended by its process id.</summary>
internal sealed class Azurite : IDisposable
{
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Accounts are what keeps fixtures apart whose buckets are containers.</summary>
    private const int Accounts = 300;

    private static readonly Lazy<Task<Azurite>> Started = new(StartAsync);

    private static int _accountsUsed;

    private readonly Process _process;

    private Azurite(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The server, or a skip that says why there is none; in CI a failure.</summary>
    public static async Task<Azurite> RequireAsync()
    {
        if (await Emulators.FindNodeAsync() is not { } missing)
        {
            return await Started.Value;
        }

        await TestContext.Progress.WriteLineAsync($"SKIPPED: {missing}");
        if (Emulators.IsCI)
        {
            Assert.Fail(missing);
        }

        Assert.Ignore(missing);
        throw new InvalidOperationException(missing);
    }

    public static async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            (await Started.Value).Dispose();
        }
    }

    /// <summary>An account that nobody else uses.</summary>
    public AzuriteAccount TakeAccount()
    {
        int number = Interlocked.Increment(ref _accountsUsed);
        return number <= Accounts ? new AzuriteAccount(Name(number), Port) : throw new InvalidOperationException("Raise the number of accounts.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string Name(int number) => $"account{number:D3}";

    private static async Task<Azurite> StartAsync()
    {
        await Emulators.InstallAsync();
        int port = FreePort();
        string main = Path.Combine(Emulators.Folder, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        var start = new ProcessStartInfo(
            "node",
            [main, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(';', Enumerable.Range(1, Accounts).Select(number => $"{Name(number)}:{Key}"));
        Process process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitAsync(process, port);
        return new Azurite(process, port);
    }

    private static async Task WaitAsync(Process process, int port)
    {
        using var http = new HttpClient();
        for (int attempt = 0; attempt < 300; attempt++)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"Azurite ended with {process.ExitCode}.");
            }

            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }

        Kill(process);
        throw new TimeoutException("Azurite did not start within a minute.");
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
