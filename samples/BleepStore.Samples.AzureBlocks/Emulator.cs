using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BleepStore.Samples.AzureBlocks;

/// <summary>
/// An Azurite that runs as long as this program and keeps its data in a folder, so that the next run finds what this one has staged.
/// </summary>
internal sealed class Emulator : IAsyncDisposable
{
    private const string Repository = "BleepStore.Storage.sln";
    private const int Terminate = 15;

    /// <summary>The only account of every Azurite. Its key is public and no secret.</summary>
    private const string AccountName = "devstoreaccount1";
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly Process _process;

    private Emulator(Process process, string address)
    {
        _process = process;
        string connectionString =
            $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};BlobEndpoint={address}/{AccountName};";
        Account = new Account($"an emulator at {address}", options => options.ConnectionString = connectionString);
    }

    public Account Account { get; }

    public static async Task<Emulator> StartAsync(FileInfo? azurite, DirectoryInfo state, CancellationToken cancellationToken)
    {
        // Port 0 chooses any free port. Azurite says which.
        string[] arguments =
        [
            azurite?.FullName ?? Find(), "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", Path.Combine(
                state.FullName, "azurite"), "--skipApiVersionCheck", "--disableTelemetry",
        ];
        Process process;
        try
        {
            process = Process.Start(
                new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException(
                $"The emulator needs Node.js 20 or later on the PATH ({error.Message}). Install it, or name an account (see --help).",
                error);
        }

        var started = new Emulator(process, "");
        try
        {
            return new Emulator(process, await started.ReadAddressAsync(cancellationToken));
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the emulator so it saves its data. A killed emulator would lose the blocks of the last seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            if (!_process.HasExited && !OperatingSystem.IsWindows())
            {
                _ = SendSignal(_process.Id, Terminate);
                await _process.WaitForExitAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"The emulator did not end within {StopTimeout.TotalSeconds:N0} seconds and is killed.");
        }
        finally
        {
            if (!_process.HasExited)
            {
                // Windows has no such signal. Azurite saves every five seconds.
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }

            _process.Dispose();
        }
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Repository)))
            {
                string emulators = Path.Combine(folder.FullName, "tests", "emulators");
                string main = Path.Combine(emulators, "node_modules", "azurite", "dist", "src", "blob", "main.js");
                return File.Exists(main) ? main : throw new InvalidOperationException(
                    $"The emulator is not installed. Run 'npm ci' in {emulators}, or name an account (see --help).");
            }
        }

        throw new InvalidOperationException(
            $"There is no {Repository} above {AppContext.BaseDirectory}, and so no emulator. Name one by --azurite, or name an " +
            "account (see --help).");
    }

    private async Task<string> ReadAddressAsync(CancellationToken cancellationToken)
    {
        Task<string> errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
            {
                int at = line.IndexOf("http://", StringComparison.Ordinal);
                if (at >= 0)
                {
                    // Its other output is not needed, but must be read, because otherwise it would wait.
                    _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    return line[at..].Trim();
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The emulator did not start within {StartTimeout.TotalSeconds:N0} seconds.");
        }

        throw new InvalidOperationException($"The emulator ended at once: {(await errors).Trim()}");
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
