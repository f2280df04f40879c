using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>An Azurite as a process, in memory, on a free port of this machine, and ended by its process id.</summary>
internal sealed class AzuriteProcess : IDisposable
{
    private readonly Process _process;

    private AzuriteProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <param name="accounts">Names and keys, as Azurite wants them.</param>
    /// <param name="http">How to ask whether it answers.</param>
    /// <param name="scheme"><c>http</c> or <c>https</c>.</param>
    /// <param name="arguments">More arguments.</param>
    public static async Task<AzuriteProcess> StartAsync(string accounts, HttpClient http, string scheme, params string[] arguments)
    {
        await Emulators.InstallAsync();
        int port = FreePort();
        string patch = Path.Combine(Emulators.Folder, "azurite-keeps-extents.cjs");
        string main = Path.Combine(Emulators.Folder, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        var start = new ProcessStartInfo(
            "node",
            [
                "--require", patch, main,
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                $"{port}",
                "--inMemoryPersistence",
                "--skipApiVersionCheck",
                "--disableTelemetry",
                "--silent",
                .. arguments,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = accounts;
        Process process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitAsync(process, http, new Uri($"{scheme}://127.0.0.1:{port}/"));
        return new AzuriteProcess(process, port);
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

    private static async Task WaitAsync(Process process, HttpClient http, Uri address)
    {
        for (int attempt = 0; attempt < 300; attempt++)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"Azurite ended with {process.ExitCode}.");
            }

            try
            {
                using HttpResponseMessage answer = await http.GetAsync(address);
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
