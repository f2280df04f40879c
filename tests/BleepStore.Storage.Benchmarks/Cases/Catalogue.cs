using BleepStore.Storage.Benchmarks.Local;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>All cases, in the order in which they are reported.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new LargePut(DiskPlace.LargePut),
        new LocalLargeGet(),
        new LocalSmallPut(),
        new LocalSmallGet(),
        new Completion(DiskPlace.Completion),
        new LocalList("local-list-flat", folders: 1, "all in one folder"),
        new LocalList("local-list-tree", folders: 100, "in a hundred folders"),
        new StubSmallPut(Azure.AzureStub.SmallPut),
        new StubSmallGet(Azure.AzureStub.SmallGet),
        new Azure.StubLargePut(),
        new LargePut(Azure.AzuritePlace.LargePut),
        new Completion(Azure.AzuritePlace.Completion),
        new StubSmallPut(Aws.AwsStub.SmallPut),
        new StubSmallGet(Aws.AwsStub.SmallGet),
        new LargePut(Aws.CephPlace.LargePutOfFile),
        new LargePut(Aws.CephPlace.LargePutOfStream),
        new StubSmallPut(Gcp.GcpStub.SmallPut(isSdk: false)),
        new StubSmallPut(Gcp.GcpStub.SmallPut(isSdk: true)),
        new StubSmallGet(Gcp.GcpStub.SmallGet(isSdk: false)),
        new StubSmallGet(Gcp.GcpStub.SmallGet(isSdk: true)),
        new LargePut(Gcp.ServerPlace.LargePut(isSdk: false)),
        new LargePut(Gcp.ServerPlace.LargePut(isSdk: true)),
        new Gcp.ServerLargeGet(isSdk: false),
        new Gcp.ServerLargeGet(isSdk: true),
    ];

    public static BenchmarkCase? Find(string name) => All.FirstOrDefault(found => found.Name == name);
}
