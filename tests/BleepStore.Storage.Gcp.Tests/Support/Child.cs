using System.Diagnostics;
using BleepStore.Storage.Gcp.TestServer;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>
/// A process of its own with environment variables of its own, which writes and reads an object with the credential that it finds.
/// </summary>
internal static class Child
{
    private static readonly string[] CredentialVariables = ["GOOGLE_APPLICATION_CREDENTIALS", "GCE_METADATA_HOST", "CLOUDSDK_CONFIG"];

    /// <returns>The exit code, and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(Uri server, IReadOnlyDictionary<string, string> environment)
    {
        using var home = new TemporaryHome();
        var start = new ProcessStartInfo("dotnet", [typeof(Child).Assembly.Location, server.AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in CredentialVariables)
        {
            start.Environment.Remove(variable);
        }

        // Where the SDK looks for what a developer has signed in with.
        start.Environment["HOME"] = home.Path;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    /// <summary>With the argument <c>serve</c> it is a server until its input ends, on which the suite can run (CONTRIBUTING.md).</summary>
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        ["serve"] => ServeAsync(),
        ["upload", var server, var key, var file, var journal] =>
            TransferAsync(server, bucket => bucket.PutFileResumablyAsync(key, file, journal)),
        ["download", var server, var key, var file] =>
            TransferAsync(server, bucket => bucket.GetFileAsync(key, file, new GetFileOptions { Resume = true })),
        _ => PutAndGetAsync(arguments),
    };

    /// <summary>Starts this program with arguments of the caller's. Its output can be read.</summary>
    public static Process Start(IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(Child).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;

    private static async Task<int> TransferAsync(string server, Func<Bucket, Task> transfer)
    {
        var options = new GcpBackendOptions { Bucket = ServedStore.Container, ServiceUrl = new Uri(server), UnauthenticatedAccess = true };
        await using ObjectStore store = GcpStore.Create(options, new ObjectStoreOptions { PartSize = 5 * 1024 * 1024 });
        Console.WriteLine("begins");
        try
        {
            await transfer(store.GetBucket("bucket"));
            return 0;
        }
        catch (Exception error)
        {
            Console.WriteLine(error);
            return 1;
        }
    }

    private static async Task<int> ServeAsync()
    {
        await using GcsServer server = await GcsServer.StartAsync();
        Console.WriteLine(server.BaseUri);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<int> PutAndGetAsync(string[] arguments)
    {
        await using ObjectStore store = GcpStore.Create(
            new GcpBackendOptions { Bucket = GuardedStore.Container, ServiceUrl = new Uri(arguments[0]) });
        Bucket bucket = store.GetBucket("bucket");
        try
        {
            await bucket.PutAsync("object", "bytes"u8.ToArray());
            await using ObjectReader reader = await bucket.GetAsync("object");
            return (await reader.ReadAllAsync()).AsSpan().SequenceEqual("bytes"u8) ? 0 : 2;
        }
        catch (StorageException error)
        {
            Console.WriteLine(error);
            return 1;
        }
    }

    private sealed class TemporaryHome : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-home-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
