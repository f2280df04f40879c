namespace BleepStore.Storage.Comparison.Places;

/// <summary>A bucket of a store of this library.</summary>
internal sealed class BucketPlace(ObjectStore store, string name, Func<long> bytesRead) : IPlace
{
    private readonly Bucket _bucket = store.GetBucket(name);

    public long BytesRead => bytesRead();

    public Task PrepareAsync() => store.CreateBucketAsync(name, new CreateBucketOptions { IfNotExists = true });

    public Task PutAsync(string key, Stream content) => _bucket.PutAsync(key, content);

    public async Task<bool> PutIfAbsentAsync(string key, Stream content)
    {
        await _bucket.PutAsync(key, content, new PutOptions { IfAbsent = true });
        return true;
    }

    public Task PutAsync(string key, Stream content, IReadOnlyDictionary<string, string> metadata) =>
        _bucket.PutAsync(key, content, new PutOptions { Metadata = metadata });

    public async Task<IReadOnlyDictionary<string, string>> GetMetadataAsync(string key) => (await _bucket.HeadAsync(key)).Metadata;

    public Task AppendAsync(string key, Stream content) => throw new NotSupportedException();

    public async Task<byte[]> GetAsync(string key)
    {
        await using ObjectReader reader = await _bucket.GetAsync(key);
        return await reader.ReadAllAsync();
    }

    public async Task<Stream> OpenSeekableAsync(string key) => await _bucket.OpenReadAsync(key);

    public async Task<List<string>> ListAsync(string prefix)
    {
        List<string> keys = [];
        await foreach (ListEntry entry in _bucket.ListAsync(new ListOptions { Prefix = prefix }))
        {
            keys.Add(entry.Key);
        }

        return keys;
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
