using BleepStore.Storage.Benchmarks.Local;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>All cases, in the order in which they are reported.</summary>
internal static class Catalogue
{
    private static readonly LocalList FlatList = new("local-list-flat", folders: 1, "all in one folder");

    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new LargePut(DiskPlace.LargePut),
        new LocalLargeGet(),
        new LocalSmallPut(),
        new LocalSmallGet(),
        new Completion(DiskPlace.Completion),
        new LargeDownload(DiskPlace.Download),
        new LargeDownload(DiskPlace.VerifiedDownload),
        FlatList,
        new LocalList("local-list-tree", folders: 100, "in a hundred folders"),

        // A managed put reads and lists its objects at the end, so the short form needs no other case of that layer.
        new ManagedCase(new LocalSmallPut(), LocalLayer.ManagedAttributes, isOnlyFull: false),
        new ManagedCase(new LocalSmallPut(), LocalLayer.ManagedFiles),
        new ManagedCase(new LocalSmallGet(), LocalLayer.ManagedAttributes),
        new ManagedCase(new LocalSmallGet(), LocalLayer.ManagedFiles),
        new ManagedCase(new LocalLargeGet(), LocalLayer.ManagedAttributes),
        new ManagedCase(FlatList, LocalLayer.ManagedAttributes),
        new ManagedCase(FlatList, LocalLayer.ManagedFiles),
        new LocalSync(),
        new InMemory.MemorySync(),
        new StubSmallPut(Azure.AzureStub.SmallPut),
        new StubSmallGet(Azure.AzureStub.SmallGet),
        new Azure.StubLargePut(),
        new LargePut(Azure.AzuritePlace.LargePut),
        new Completion(Azure.AzuritePlace.Completion),
        new LargeDownload(Azure.AzuritePlace.Download(4)),
        new LargeDownload(Azure.AzuritePlace.UnverifiedDownload(4)),
        new LargeDownload(Azure.AzuritePlace.Download(8)),
        new LargeDownload(Azure.AzuritePlace.ThrottledDownload(4)),
        new LargeDownload(Azure.AzuritePlace.ThrottledDownload(8)),
        new LargePut(Azure.AzuritePlace.ThrottledPutOfFile(concurrency: null)),
        new LargePut(Azure.AzuritePlace.ThrottledPutOfFile(4)),
        new LargePut(Azure.AzuritePlace.ThrottledPutOfFile(8)),
        Azure.AzuritePlace.Starts,
        new FolderTransfer(Azure.AzuritePlace.FolderUpload(isSideBySide: false)),
        new FolderTransfer(Azure.AzuritePlace.FolderUpload(isSideBySide: true)),
        new FolderTransfer(Azure.AzuritePlace.FolderDownload(isSideBySide: false)),
        new FolderTransfer(Azure.AzuritePlace.FolderDownload(isSideBySide: true)),
        new StubSmallPut(Aws.AwsStub.SmallPut),
        new StubSmallGet(Aws.AwsStub.SmallGet),
        new LargePut(Aws.CephPlace.LargePutOfFile(concurrency: null)),
        new LargePut(Aws.CephPlace.LargePutOfFile(4)),
        new LargePut(Aws.CephPlace.LargePutOfFile(8)),
        new LargePut(Aws.CephPlace.LargePutOfStream),
        new LargeDownload(Aws.CephPlace.Download(4)),
        new LargeDownload(Aws.CephPlace.UnverifiedDownload(4)),
        new LargeDownload(Aws.CephPlace.Download(8)),
        new LargeDownload(Aws.CephPlace.ThrottledDownload(4)),
        new LargeDownload(Aws.CephPlace.ThrottledDownload(8)),
        new LargePut(Aws.CephPlace.ThrottledPutOfFile(4)),
        new LargePut(Aws.CephPlace.ThrottledPutOfFile(8)),
        new LargePut(Aws.CephPlace.ThrottledPutOfStream(4)),
        new LargePut(Aws.CephPlace.ThrottledPutOfStream(8)),
        Aws.CephPlace.Starts,
        new FolderTransfer(Aws.CephPlace.FolderUpload(isSideBySide: false)),
        new FolderTransfer(Aws.CephPlace.FolderUpload(isSideBySide: true)),
        new FolderTransfer(Aws.CephPlace.FolderDownload(isSideBySide: false)),
        new FolderTransfer(Aws.CephPlace.FolderDownload(isSideBySide: true)),
        new LargePut(Aws.SinkPlace.LargePut),
        new StubSmallPut(Gcp.GcpStub.SmallPut(isSdk: false)),
        new StubSmallPut(Gcp.GcpStub.SmallPut(isSdk: true)),
        new StubSmallGet(Gcp.GcpStub.SmallGet(isSdk: false)),
        new StubSmallGet(Gcp.GcpStub.SmallGet(isSdk: true)),
        new LargePut(Gcp.ServerPlace.LargePut(isSdk: false)),
        new LargePut(Gcp.ServerPlace.LargePut(isSdk: true)),
        new Gcp.ServerLargeGet(isSdk: false),
        new Gcp.ServerLargeGet(isSdk: true),
        new LargeDownload(Gcp.ServerPlace.Download),
        new LargeDownload(Gcp.ServerPlace.ThrottledDownload),
        Gcp.ServerPlace.Starts,
        .. Decorators.DecoratorCases.All,
    ];

    public static BenchmarkCase? Find(string name) => All.FirstOrDefault(found => found.Name == name);
}
