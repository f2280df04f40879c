using FluentStorage;
using FluentStorage.Model;
using FluentStorage.Storage;

namespace BleepStore.Storage.Comparison.Places;

/// <summary>A folder as an <see cref="IStore"/> of FluentStorage.</summary>
internal sealed class FluentPlace(string folder, Func<long> bytesRead) : IPlace
{
    private readonly IStore _store = StorageFactory.Disk(folder);

    public long BytesRead => bytesRead();

    public Task PrepareAsync() => Task.CompletedTask;

    public Task PutAsync(string key, Stream content) => _store.SetObject(key, content, append: false);

    public async Task<bool> PutIfAbsentAsync(string key, Stream content)
    {
        await using Stream? stream = await _store.OpenWrite(key, overwrite: false);
        if (stream is null)
        {
            return false;
        }

        await content.CopyToAsync(stream);
        return true;
    }

    /// <remarks>The library takes metadata only of an object that is there.</remarks>
    public async Task PutAsync(string key, Stream content, IReadOnlyDictionary<string, string> metadata)
    {
        await _store.SetObject(key, content, append: false);
        StoreObject info = await _store.GetObjectInfo(key);
        foreach ((string name, string value) in metadata)
        {
            info.Metadata[name] = value;
        }

        await _store.SetObjectInfo(info);
    }

    public async Task<IReadOnlyDictionary<string, string>> GetMetadataAsync(string key) => (await _store.GetObjectInfo(key)).Metadata;

    public Task AppendAsync(string key, Stream content) => _store.SetObject(key, content, append: true);

    public Task<byte[]> GetAsync(string key) => _store.GetBytes(key);

    public async Task<Stream> OpenSeekableAsync(string key) => await _store.OpenSeekable(key);

    public async Task<List<string>> ListAsync(string prefix)
    {
        List<StoreObject> objects = await _store.ListObjects(new StorageListOptions { FolderPath = prefix, Recurse = true });
        return [.. objects.Where(static each => each.IsFile).Select(static each => each.FullPath.TrimStart('/'))];
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}
