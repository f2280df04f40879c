using BleepStore.Storage.Benchmarks.Cases;
using BleepStore.Storage.Benchmarks.Support;
using BleepStore.Storage.Local;

namespace BleepStore.Storage.Benchmarks.Local;

/// <summary>Files on the disk, either of the store or plain ones.</summary>
/// <param name="context">The context of the case.</param>
/// <param name="side">Whose files they are.</param>
internal sealed class DiskObjects(BenchmarkContext context, Side side) : LargeObjects
{
    private readonly ObjectStore _store = LocalStore.Create(new LocalBackendOptions { RootPath = LocalWorkload.RootIn(context) });

    private readonly string _folder =
        side == Side.Library ? Path.Combine(LocalWorkload.RootIn(context), BucketName) : DiskPlace.PlainFolder(context);

    public override Bucket Bucket => _store.GetBucket(BucketName);

    public override Task PutAsync(string key, LargeSource source, CancellationToken cancellationToken) =>
        PlainFiles.PutAsync(PathOf(key), source.Open(), cancellationToken);

    public override Task GetFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        PlainFiles.Copy(PathOf(key), path);
        return Task.CompletedTask;
    }

    public override async Task<byte[]> GetStartAsync(string key, int count, CancellationToken cancellationToken)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
        await using FileStream file = File.OpenRead(PathOf(key));
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public override Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(File.OpenRead(PathOf(key)));

    public override Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        File.Delete(PathOf(key));
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private string PathOf(string key) => Path.Combine(_folder, key);
}
