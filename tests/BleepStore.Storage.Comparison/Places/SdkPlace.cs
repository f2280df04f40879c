using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace BleepStore.Storage.Comparison.Places;

/// <summary>A container through the bare client of Azure.Storage.Blobs.</summary>
internal sealed class SdkPlace(BlobContainerClient container, Func<long> bytesRead) : IPlace
{
    public long BytesRead => bytesRead();

    public Task PrepareAsync() => container.CreateIfNotExistsAsync();

    public Task PutAsync(string key, Stream content) => container.GetBlobClient(key).UploadAsync(content, overwrite: true);

    public async Task<bool> PutIfAbsentAsync(string key, Stream content)
    {
        var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        await container.GetBlobClient(key).UploadAsync(content, options);
        return true;
    }

    public Task PutAsync(string key, Stream content, IReadOnlyDictionary<string, string> metadata) =>
        container.GetBlobClient(key).UploadAsync(content, new BlobUploadOptions { Metadata = metadata.ToDictionary() });

    public async Task<IReadOnlyDictionary<string, string>> GetMetadataAsync(string key) =>
        (await container.GetBlobClient(key).GetPropertiesAsync()).Value.Metadata.AsReadOnly();

    public async Task AppendAsync(string key, Stream content)
    {
        AppendBlobClient blob = container.GetAppendBlobClient(key);
        await blob.CreateIfNotExistsAsync();
        await blob.AppendBlockAsync(content);
    }

    public async Task<byte[]> GetAsync(string key) => (await container.GetBlobClient(key).DownloadContentAsync()).Value.Content.ToArray();

    public Task<Stream> OpenSeekableAsync(string key) => container.GetBlobClient(key).OpenReadAsync();

    public async Task<List<string>> ListAsync(string prefix)
    {
        List<string> keys = [];
        await foreach (BlobItem blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }))
        {
            keys.Add(blob.Name);
        }

        return keys;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
