using BleepStore.Storage.Benchmarks.Local;

namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>All cases, in the order in which they are reported.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        new LocalLargePut(),
        new LocalLargeGet(),
        new LocalSmallPut(),
        new LocalSmallGet(),
        new LocalComplete(),
        new LocalList("local-list-flat", folders: 1, "all in one folder"),
        new LocalList("local-list-tree", folders: 100, "in a hundred folders"),
        new Azure.StubSmallPut(),
        new Azure.StubSmallGet(),
        new Azure.StubLargePut(),
        new Azure.EmulatorLargePut(),
        new Azure.EmulatorComplete(),
        new Aws.StubSmallPut(),
        new Aws.StubSmallGet(),
        new Aws.EmulatorLargePut(isFile: true),
        new Aws.EmulatorLargePut(isFile: false),
        new Gcp.StubSmallPut(isSdk: false),
        new Gcp.StubSmallPut(isSdk: true),
        new Gcp.StubSmallGet(isSdk: false),
        new Gcp.StubSmallGet(isSdk: true),
        new Gcp.ServerLargePut(isSdk: false),
        new Gcp.ServerLargePut(isSdk: true),
        new Gcp.ServerLargeGet(isSdk: false),
        new Gcp.ServerLargeGet(isSdk: true),
    ];

    public static BenchmarkCase? Find(string name) => All.FirstOrDefault(found => found.Name == name);
}
