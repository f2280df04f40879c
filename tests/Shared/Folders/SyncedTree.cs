using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Tests.Shared.Folders;

/// <summary>A tree of many small files, and a bucket that is made like it again and again. The calls of the backend are counted.</summary>
internal sealed class SyncedTree : IDisposable
{
    private const int Folders = 40;
    private const int PageSize = 1000;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<string> _written = [];
    private readonly InterceptingBackend _seen;
    private readonly Bucket _stored;
    private readonly SyncPlace _source;
    private readonly SyncPlace _target;

    /// <param name="bucket">The empty bucket of a store on this backend.</param>
    /// <param name="backend">The backend. It is not disposed.</param>
    /// <param name="files">How many files there are.</param>
    public SyncedTree(Bucket bucket, StorageBackend backend, int files)
    {
        _stored = bucket;
        _seen = new InterceptingBackend(new UnownedBackend(backend)) { After = NoteAsync };
        for (int number = 0; number < files; number++)
        {
            _files[$"folder-{number % Folders:D2}/file-{number:D6}"] = Payload.Bytes(100 + (number % 100), number);
        }

        foreach (string folder in _files.Keys.Take(Folders))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(folder))!);
        }

        Parallel.ForEach(_files, file => File.WriteAllBytes(PathOf(file.Key), file.Value));

        _source = SyncPlace.Folder(_folder.PathOf("tree"));
        _target = SyncPlace.Bucket(ObjectStore.Create(_seen).GetBucket(bucket.Name));
    }

    /// <summary>How many pages a listing of all has. The last may be empty.</summary>
    public int MostPages => ((_files.Count + PageSize - 1) / PageSize) + 1;

    /// <summary>Makes the bucket like the tree.</summary>
    public async Task<SyncedRun> SyncAsync()
    {
        int before = _seen.Requests.Count;
        _written.Clear();
        FolderReport report = await _source.SyncAsync(_target);
        return new SyncedRun(report.ThrowIfFailed(), [.. _seen.Requests.Skip(before)], [.. _written.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Gives one file of a hundred other bytes. Its size and its time stay.</summary>
    /// <returns>The names of these files, in order.</returns>
    public string[] ChangeOneOfHundred()
    {
        string[] names = [.. _files.Keys.Order(StringComparer.Ordinal).Where(static (_, at) => at % 100 == 50)];
        foreach (string name in names)
        {
            string path = PathOf(name);
            DateTime time = File.GetLastWriteTimeUtc(path);
            _files[name] = [.. _files[name].Select(static one => (byte)~one)];
            File.WriteAllBytes(path, _files[name]);
            File.SetLastWriteTimeUtc(path, time);
        }

        return names;
    }

    /// <summary>Asserts that a run transferred these names, nothing else, and read no byte of an object.</summary>
    /// <param name="run">The run.</param>
    /// <param name="changed">The names of the files that have changed, in order.</param>
    /// <param name="heads">How many requests for properties the backend needs beyond the rest.</param>
    public void AssertOnlyTransferred(SyncedRun run, string[] changed, int heads = 0)
    {
        TestContext.Out.WriteLine($"{_files.Count} files, {changed.Length} changed: {run}");
        Assert.That(run.Written, Is.EqualTo(changed));
        Assert.That(
            (run.Report.Transferred, run.Report.Unchanged, run.Report.Deleted),
            Is.EqualTo((changed.Length, _files.Count - changed.Length, 0)));
        Assert.That(run.Report.TransferredBytes, Is.EqualTo(changed.Sum(name => _files[name].Length)));
        Assert.That(run.Count("Get"), Is.Zero, "no byte of an object is read");
        Assert.That(run.Count("Head"), Is.EqualTo(heads), "requests for properties");
        Assert.That(
            run.Requests.Count - heads, Is.LessThanOrEqualTo(MostPages + changed.Length + run.Report.InDoubt), "requests in all");
    }

    /// <summary>Asserts that the bucket holds the bytes of these files.</summary>
    public async Task AssertStoredAsync(string[] names)
    {
        foreach (string name in names)
        {
            await using ObjectReader reader = await _stored.GetAsync(name);
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(_files[name]), name);
        }
    }

    public void Dispose() => _folder.Dispose();

    private string PathOf(string name) => _folder.PathOf("tree/" + name);

    private Task NoteAsync(object request)
    {
        if (request is PutRequest put)
        {
            lock (_written)
            {
                _written.Add(put.Key);
            }
        }

        return Task.CompletedTask;
    }
}
