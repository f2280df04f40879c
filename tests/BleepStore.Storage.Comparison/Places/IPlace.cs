namespace BleepStore.Storage.Comparison.Places;

/// <summary>
/// A library with one place for its objects. Each member is the shortest call of the library that does the job, at its defaults. Failures
/// of the library are not caught here.
/// </summary>
internal interface IPlace : IAsyncDisposable
{
    /// <summary>The bytes that this process has read from the place so far.</summary>
    long BytesRead { get; }

    /// <summary>Creates what the place needs before its first object.</summary>
    Task PrepareAsync();

    Task PutAsync(string key, Stream content);

    /// <summary>Puts an object only where there is none.</summary>
    /// <returns>Whether the object was stored, of a library that does not throw.</returns>
    Task<bool> PutIfAbsentAsync(string key, Stream content);

    Task PutAsync(string key, Stream content, IReadOnlyDictionary<string, string> metadata);

    Task<IReadOnlyDictionary<string, string>> GetMetadataAsync(string key);

    /// <exception cref="NotSupportedException">The library has no such call.</exception>
    Task AppendAsync(string key, Stream content);

    Task<byte[]> GetAsync(string key);

    Task<Stream> OpenSeekableAsync(string key);

    /// <summary>The keys below a prefix that ends with a slash, as the library orders them.</summary>
    Task<List<string>> ListAsync(string prefix);
}
