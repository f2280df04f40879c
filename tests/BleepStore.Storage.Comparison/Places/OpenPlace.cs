using System.Globalization;
using Azure.Core;
using Azure.Storage.Blobs;
using BleepStore.Storage.Azure;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Comparison.Places;

/// <summary>Opens places, also in a second process.</summary>
internal static class OpenPlace
{
    private const string Bucket = "objects";

    /// <summary>The folder of the objects, whose parent holds nothing else.</summary>
    private const string Root = "root";

    /// <param name="kind">The library.</param>
    /// <param name="where">A folder, or the connection string of an account.</param>
    public static IPlace Of(PlaceKind kind, string where) => kind switch
    {
        PlaceKind.Local => new BucketPlace(
            LocalStore.Create(new LocalBackendOptions { RootPath = Path.Combine(where, Root) }), Bucket, BytesOfFiles),
        PlaceKind.Fluent => new FluentPlace(Path.Combine(where, Root), BytesOfFiles),
        PlaceKind.Azure => Over(where, static (client, received) => new BucketPlace(
            AzureStore.Create(client, new AzureBackendOptions { BucketMapping = AzureBucketMapping.ContainerPerBucket }),
            Bucket,
            () => received.Count)),
        _ => Over(where, static (client, received) => new SdkPlace(client.GetBlobContainerClient(Bucket), () => received.Count)),
    };

    private static IPlace Over(string connection, Func<BlobServiceClient, ReceivedBytes, IPlace> open)
    {
        var received = new ReceivedBytes();

        // A failure is retried as often as by default. Only the wait is shorter.
        var options = new BlobClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(1) } };
        options.AddPolicy(received, HttpPipelinePosition.PerRetry);
        return open(new BlobServiceClient(connection, options), received);
    }

    /// <summary>The bytes that system calls have read in this process (<c>proc_pid_io</c>, <c>rchar</c>).</summary>
    private static long BytesOfFiles()
    {
        const string name = "rchar: ";
        string line = File.ReadLines("/proc/self/io").First(static line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..], CultureInfo.InvariantCulture);
    }
}
