namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>Large objects in one place, as the library reaches them and as one would reach them without it.</summary>
internal abstract class LargeObjects : IAsyncDisposable
{
    public const long Mebibyte = 1024 * 1024;

    /// <summary>The name of the bucket.</summary>
    public const string BucketName = "benchmark";

    /// <summary>The size of a part by default, on both sides where the other side can be told.</summary>
    public const long PartSize = 8 * Mebibyte;

    /// <summary>The library's side.</summary>
    public abstract Bucket Bucket { get; }

    /// <summary>Puts an object without the library.</summary>
    public abstract Task PutAsync(string key, LargeSource source, CancellationToken cancellationToken);

    /// <summary>Gets an object into a file without the library.</summary>
    public abstract Task GetFileAsync(string key, string path, CancellationToken cancellationToken);

    /// <summary>Puts one of many small files without the library.</summary>
    public virtual Task PutSmallFileAsync(string key, string path, CancellationToken cancellationToken) =>
        PutAsync(key, new LargeSource(new FileInfo(path).Length, path), cancellationToken);

    /// <summary>Gets one of many small objects into a file without the library.</summary>
    public virtual Task GetSmallFileAsync(string key, string path, CancellationToken cancellationToken) =>
        GetFileAsync(key, path, cancellationToken);

    /// <summary>Gets the first bytes of an object without the library.</summary>
    /// <returns>So many bytes.</returns>
    public abstract Task<byte[]> GetStartAsync(string key, int count, CancellationToken cancellationToken);

    /// <summary>Opens what is stored, without the library and never through a slow line.</summary>
    public abstract Task<Stream> OpenAsync(string key, CancellationToken cancellationToken);

    /// <summary>Deletes what is stored, without the library.</summary>
    public abstract Task DeleteAsync(string key, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
