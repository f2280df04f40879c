using System.Diagnostics;
using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.LoadTest;

/// <summary>Runs many puts at a time, and watches the process.</summary>
public static class Load
{
    private const string Bucket = "load";

    /// <summary>Few keys, so that a disk need not hold all that is put.</summary>
    private const int Keys = 16;

    public static async Task<LoadReport> RunAsync(LoadOptions options)
    {
        string folder = Path.Combine(options.Folder, $"bleepstore-load-{Guid.NewGuid():N}");
        try
        {
            await using ObjectStore store = Open(options, folder);
            Bucket bucket = await store.CreateBucketAsync(Bucket);
            using var watch = new ProcessWatch();
            long begun = Stopwatch.GetTimestamp();
            Task<string?>[] puts = [.. Enumerable.Range(0, options.Puts).Select(put => PutAsync(bucket, put, options))];
            string?[] failures = await Task.WhenAll(puts);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
            watch.Stop();
            return new LoadReport(
                options.Puts,
                failures.Count(static failure => failure is not null),
                failures.FirstOrDefault(static failure => failure is not null),
                ProcessWatch.PeakMiB(),
                watch.MostFiles,
                watch.LatestTimer,
                elapsed);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static ObjectStore Open(LoadOptions options, string folder) => options.Store == "local"
        ? LocalStore.Create(new LocalBackendOptions { RootPath = folder })
        : ObjectStore.Create(new DiscardingCloud(InMemoryStore.Create().GetService<StorageBackend>()!));

    private static async Task<string?> PutAsync(Bucket bucket, int put, LoadOptions options)
    {
        var source = new PatternStream(options.Size, canSeek: options.Source == "seekable", waits: options.Source == "waiting");
        try
        {
            ObjectProperties stored = await bucket.PutAsync($"object-{put % Keys}", source);
            return stored.Size == options.Size ? null : $"{stored.Size} bytes were stored instead of {options.Size}";
        }
        catch (StorageException error)
        {
            return error.ToString().ReplaceLineEndings(" ");
        }
    }
}
