using System.Diagnostics;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>
/// One moto for the assembly. It is a newer S3 than Ceph's, without signatures. It runs in memory, on a free port of this machine, and is
/// ended by its process id.
/// </summary>
internal sealed class Moto
{
    private static readonly Lazy<Task<Moto>> Started = new(StartAsync);

    private Moto(Uri url) => Account = new S3Account(url, "testkey", "testsecret", AwsCompatibility.S3Compatible);

    public S3Account Account { get; }

    /// <summary>
    /// The server, or a skip that says why there is none. It comes from Python's own registry, which not every CI reaches.
    /// </summary>
    public static async Task<Moto> RequireAsync()
    {
        (int code, _, string errors) = await Tools.TryRunAsync("python3", ["-c", "import moto, flask"]);
        if (code != 0)
        {
            Missing.EndTest(
                $"There is no moto to test against ({errors.Trim().Split('\n')[^1]}). Install the Python package moto[server].",
                isRequired: false);
        }

        return await Started.Value;
    }

    private static async Task<Moto> StartAsync()
    {
        int port = FreePorts.Take(1)[0];
        Process process = Process.Start(
            new ProcessStartInfo("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", $"{port}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var url = new Uri($"http://127.0.0.1:{port}");
        using var http = new HttpClient();
        for (int attempt = 0; attempt < 300 && !process.HasExited; attempt++)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(url, "/moto-api/"));
                return new Moto(url);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }

        Kill(process);
        throw new TimeoutException("moto did not start within a minute.");
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
}
