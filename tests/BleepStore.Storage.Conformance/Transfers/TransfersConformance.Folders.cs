using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class TransfersConformance<THarness>
{
    /// <summary>
    /// Names that sort differently with and without their slashes, and that services escape. Windows takes neither question marks nor
    /// quotation marks in file names.
    /// </summary>
    private static readonly string[] HardNames =
    [
        "a",
        "a-b/c",
        "a.txt",
        "aa/b",
        "b/c/d/e.json",
        "b/c-d",
        OperatingSystem.IsWindows() ? "space and +%25#&=.html" : "space and +%25#?&=.html",
        "ümläut/größe.css",
        "名前/🎈.txt",
        "z/~tilde",
        OperatingSystem.IsWindows() ? "z/'quote'" : "z/'quote\"",
    ];

    [ContractTest]
    public async Task A_folder_goes_up_and_comes_down()
    {
        using var folder = new TemporaryFolder();
        WriteTree(folder, HardNames);
        await Bucket.PutAsync("elsewhere", new byte[] { 1 });

        FolderReport up = await Bucket.UploadFolderAsync(folder.PathOf("tree"), "under/here");
        FolderReport again = await Bucket.UploadFolderAsync(folder.PathOf("tree"), "under/here/");
        FolderReport down = await Bucket.DownloadFolderAsync("under/here", folder.PathOf("copy"));
        FolderReport downAgain = await Bucket.DownloadFolderAsync("under/here", folder.PathOf("copy"));

        Assert.That(up.ThrowIfFailed(), Is.EqualTo(Report(transferred: HardNames.Length, unchanged: 0)));
        Assert.That(again, Is.EqualTo(Report(transferred: 0, unchanged: HardNames.Length)), "what is there is not sent again");
        Assert.That(down.ThrowIfFailed(), Is.EqualTo(Report(transferred: HardNames.Length, unchanged: 0)));
        Assert.That(downAgain, Is.EqualTo(Report(transferred: 0, unchanged: HardNames.Length)));
        AssertSameTree(folder.PathOf("copy"), folder.PathOf("tree"));
        Assert.That((await Bucket.HeadAsync("under/here/ümläut/größe.css")).ContentType, Is.EqualTo("text/css"));
        Assert.That(await Bucket.ListAsync().CountAsync(), Is.EqualTo(HardNames.Length + 1));
    }

    [ContractTest]
    public async Task A_sync_sends_what_has_changed_and_reads_no_object()
    {
        using var folder = new TemporaryFolder();
        string[] names = [.. Enumerable.Range(0, 30).Select(static number => $"f{number % 3}/{number:D3}")];
        WriteTree(folder, names);
        InterceptingBackend? seen = null;
        Bucket bucket = Intercept(backend => seen = backend);
        SyncPlace source = SyncPlace.Folder(folder.PathOf("tree"));
        SyncPlace target = SyncPlace.Bucket(bucket, "sync");
        await source.SyncAsync(target);
        string changed = folder.PathOf("tree/f1/004");
        DateTime time = File.GetLastWriteTimeUtc(changed);
        await File.WriteAllBytesAsync(changed, [.. (await File.ReadAllBytesAsync(changed)).Reverse()]);
        File.SetLastWriteTimeUtc(changed, time);
        await File.WriteAllBytesAsync(folder.PathOf("tree/f2/added"), new byte[10]);
        File.Delete(folder.PathOf("tree/f0/000"));
        int before = seen!.Requests.Count;

        SyncPlan plan = await source.PlanSyncAsync(target, new SyncOptions { DeleteExtra = true, AllowRace = true });
        FolderReport report = await plan.RunAsync();
        string[] requests = [.. seen.Requests.Skip(before)];
        FolderReport second = await source.SyncAsync(target, new SyncOptions { DeleteExtra = true, AllowRace = true });

        Assert.That(
            plan.Changes,
            Is.EqualTo(
            [
                new SyncChange { Name = "f0/000", Action = SyncAction.Delete, Reason = SyncReason.Extra, Size = 100 },
                new SyncChange { Name = "f1/004", Action = SyncAction.Replace, Reason = SyncReason.BytesDiffer, Size = 104 },
                new SyncChange { Name = "f2/added", Action = SyncAction.Add, Reason = SyncReason.Missing, Size = 10 },
            ]));
        Assert.That((report.ThrowIfFailed().Transferred, report.Deleted, report.Unchanged), Is.EqualTo((2, 1, 28)));
        Assert.That(requests, Has.None.EqualTo("Get"), "no byte of an object is read");
        Assert.That(requests.Count(static request => request == "Put"), Is.EqualTo(2));
        Assert.That((second.Transferred, second.Deleted, second.Unchanged), Is.EqualTo((0, 0, 30)));
        await bucket.DownloadFolderAsync("sync", folder.PathOf("copy"));
        AssertSameTree(folder.PathOf("copy"), folder.PathOf("tree"));
    }

    [ContractTest]
    public async Task A_file_of_several_parts_is_compared_too()
    {
        using var folder = new TemporaryFolder();
        WriteTree(folder, []);
        folder.File("tree/large", Payload.Bytes((2 * PartSize) + 1000));
        SyncPlace source = SyncPlace.Folder(folder.PathOf("tree"));
        SyncPlace target = SyncPlace.Bucket(Bucket);
        var options = new SyncOptions { AllowRace = true };

        await source.SyncAsync(target, options);
        FolderReport second = await source.SyncAsync(target, options);
        folder.File("tree/large", Payload.Bytes((2 * PartSize) + 1000, 7));
        FolderReport third = await source.SyncAsync(target, options);
        FolderReport fourth = await source.SyncAsync(target, options);

        Assert.That((second.Transferred, second.Unchanged), Is.EqualTo((0, 1)));
        Assert.That((third.ThrowIfFailed().Transferred, fourth.Transferred, fourth.Unchanged), Is.EqualTo((1, 0, 1)));
    }

    [ContractTest]
    public async Task A_bucket_is_synchronised_with_a_folder()
    {
        using var folder = new TemporaryFolder();
        WriteTree(folder, ["a/kept", "a/extra", "b/extra"]);
        await Bucket.UploadFolderAsync(folder.PathOf("tree"));
        await Bucket.DeleteAsync("a/extra");
        await Bucket.DeleteAsync("b/extra");
        await Bucket.PutAsync("a/added", new byte[20]);
        await Bucket.PutAsync("a/kept", new byte[50]);

        FolderReport report = await SyncPlace.Bucket(Bucket)
            .SyncAsync(SyncPlace.Folder(folder.PathOf("tree")), new SyncOptions { DeleteExtra = true });

        Assert.That((report.ThrowIfFailed().Transferred, report.Deleted), Is.EqualTo((2, 2)));
        Assert.That(FilesIn(folder.PathOf("tree")), Is.EqualTo(["a/added", "a/kept"]));
        Assert.That(Directory.Exists(folder.PathOf("tree/b")), Is.False, "a bucket has no empty folders");
        Assert.That(new FileInfo(folder.PathOf("tree/a/kept")).Length, Is.EqualTo(50));
    }

    [ContractTest]
    public async Task A_bucket_is_synchronised_with_a_bucket()
    {
        Bucket other = await CreateBucketAsync();
        var described = new PutOptions { CacheControl = "max-age=1", Metadata = new Dictionary<string, string> { ["colour"] = "red" } };
        await Bucket.PutAsync("from/same", new byte[10]);
        await Bucket.PutAsync("from/changed", new byte[20], described);
        await Bucket.PutAsync("from/added", new byte[30], described);
        await other.PutAsync("to/same", new byte[10]);
        await other.PutAsync("to/changed", Payload.Bytes(20));
        await other.PutAsync("to/extra", new byte[40]);
        SyncPlace source = SyncPlace.Bucket(Bucket, "from");
        SyncPlace target = SyncPlace.Bucket(other, "to");
        var options = new SyncOptions { DeleteExtra = true, AllowRace = true };

        FolderReport report = await source.SyncAsync(target, options);
        FolderReport second = await source.SyncAsync(target, options);

        Assert.That((report.ThrowIfFailed().Transferred, report.Deleted, report.Unchanged), Is.EqualTo((2, 1, 1)));
        Assert.That((second.Transferred, second.Deleted, second.Unchanged), Is.EqualTo((0, 0, 3)));
        Assert.That(
            await other.ListAsync().Select(static entry => entry.Key).ToArrayAsync(),
            Is.EquivalentTo(["to/added", "to/changed", "to/same"]));
        StorageAssert.SameAttributes(await other.HeadAsync("to/changed"), await Bucket.HeadAsync("from/changed"));
    }

    [ContractTest]
    public async Task Keys_that_lead_out_of_the_folder_are_failures_and_touch_nothing()
    {
        string[] hostile = ["../x", "a/../../b", "a/./c", "/etc/x", "a//b", "a/"];
        using var folder = new TemporaryFolder();
        folder.File("x", [1]);
        await Bucket.PutAsync("p/good", new byte[] { 5 });
        foreach (string name in hostile)
        {
            await Bucket.PutAsync("p/" + name, new byte[] { 6 });
        }

        FolderReport report = await Bucket.DownloadFolderAsync("p", folder.PathOf("tree"));

        Assert.That(report.Failures.Select(static failure => failure.Name), Is.EquivalentTo(hostile));
        Assert.That(report.Failures.Select(static failure => failure.Error), Is.All.TypeOf<IOException>());
        Assert.That(report.Transferred, Is.EqualTo(1));
        Assert.That(folder.Names, Is.EquivalentTo(["tree", "x"]));
        Assert.That(FilesIn(folder.PathOf("tree")), Is.EqualTo(["good"]));
        Assert.That(await File.ReadAllBytesAsync(folder.PathOf("x")), Is.EqualTo(new byte[] { 1 }));
    }

    [ContractTest]
    public async Task A_change_since_the_plan_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        WriteTree(folder, ["added", "replaced"]);
        await Bucket.PutAsync("replaced", new byte[3]);
        await Bucket.PutAsync("extra", new byte[3]);
        SyncPlan plan = await SyncPlace.Folder(folder.PathOf("tree")).PlanSyncAsync(
            SyncPlace.Bucket(Bucket), new SyncOptions { DeleteExtra = true, AllowRace = true });
        byte[] theirs = [7, 7];
        await Bucket.PutAsync("added", theirs);
        await Bucket.PutAsync("replaced", theirs);
        await Bucket.PutAsync("extra", theirs);

        FolderReport report = await plan.RunAsync();

        Assert.That(report.Failures.Select(static failure => failure.Name), Is.EqualTo(["added", "replaced"]), "and nothing was deleted");
        Assert.That(
            report.Failures.Select(static failure => ((StorageException)failure.Error).Code),
            Is.All.EqualTo(StorageErrorCode.PreconditionFailed));
        foreach (string key in new[] { "added", "replaced", "extra" })
        {
            await AssertContentAsync(key, theirs);
        }
    }

    private static void WriteTree(TemporaryFolder folder, IEnumerable<string> names)
    {
        Directory.CreateDirectory(folder.PathOf("tree"));
        int size = 100;
        foreach (string name in names)
        {
            string path = folder.PathOf("tree/" + name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Payload.Bytes(size, size));
            size++;
        }
    }

    private static FolderReport Report(int transferred, int unchanged) => new()
    {
        Transferred = transferred,
        TransferredBytes = Enumerable.Range(100, transferred).Sum(),
        Unchanged = unchanged,
        Deleted = 0,
        InDoubt = 0,
        IsComplete = true,
        Skipped = [],
        Failures = [],
    };

    private static string[] FilesIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal),
    ];

    private static void AssertSameTree(string actual, string expected)
    {
        Assert.That(FilesIn(actual), Is.EqualTo(FilesIn(expected)));
        foreach (string name in FilesIn(expected))
        {
            Assert.That(File.ReadAllBytes(Path.Combine(actual, name)), Is.EqualTo(File.ReadAllBytes(Path.Combine(expected, name))), name);
        }
    }
}
