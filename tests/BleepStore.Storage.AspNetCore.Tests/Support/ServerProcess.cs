using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>A server in a process of its own, whose memory can be measured. The process is this assembly.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Serve = "serve";

    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The most memory that the process ever had, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            string line = File.ReadLines($"/proc/{_process.Id}/status")
                .Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <param name="folder">Where its store lives.</param>
    /// <param name="protocols">The protocols that it speaks.</param>
    public static async Task<ServerProcess> StartAsync(string folder, HttpProtocols protocols)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServerProcess).Assembly.Location, Serve, folder, protocols.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // The memory that a collector keeps for itself would hide what is measured.
        start.Environment["DOTNET_GCConserveMemory"] = "9";
        Process process = Process.Start(start)!;
        string address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new ServerProcess(process, new Uri(address));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Serve, var folder, var protocols])
        {
            Console.Error.WriteLine($"Usage: {Serve} FOLDER PROTOCOLS");
            return 2;
        }

        await using WebApp app = await WebApp.StartAsync(
            ServedApp.Map, protocols: Enum.Parse<HttpProtocols>(protocols), folder: folder);
        Console.WriteLine(app.Address);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
