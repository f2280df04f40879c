using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Style;

/// <summary>Calls have one direction. The code in a folder uses only folders that come before its own in the list.</summary>
public class RoomsTests
{
    private static readonly string[] Core =
    [
        "Basics",
        "Budget",
        "Errors",
        "Model",
        "Options",
        "Checks",
        "Backends/Conditions",
        "Backends/Bodies",
        "Backends/Requests",
        "Backends/Toolkit/Names",
        "Backends/Toolkit/Listing",
        "Backends/Toolkit/Metadata",
        "Backends/Toolkit",
        "Backends",
        "InMemory",
        "Engine/Links",
        "Engine/Hashing",
        "Engine",
        "Engine/Listing",
        "Engine/Progress",
        "Engine/Sources",
        "Engine/Reads",
        "Engine/Writes",
        "Engine/Parts",
        "Engine/Puts",
        "Engine/Copies",
        "Decorators/Encryption",
        "",
        "Transfers",
        "Transfers/Folders",
        "Decorators",
        "Decorators/Compression",
        "Decorators/Concurrency",
        "Decorators/Prefix",
        "Decorators/Timeouts",
        "Registration",
        "Registration/InMemory",
        "Registration/Decorators",
    ];

    private static readonly string[] Azure = ["Options", "Wire", "Objects", "Copies", "Uploads", "Presigning", "Buckets", ""];

    private static readonly string[] Aws = ["Options", "Wire", "Conditions", "Buckets", "Objects", "Copies", "Uploads", "Presigning", ""];

    private static readonly string[] Gcp = ["Options", "Wire", "Buckets", "Objects", "Copies", "Uploads", "Presigning", ""];

    /// <summary>Only the backend itself knows the layer of one system. All other folders know <c>IO</c>.</summary>
    private static readonly string[] Local = ["Options", "IO", "Layout", "Records", "Commit", "Uploads", "Listing", "Native", "Managed", ""];

    private static readonly string[] Web = ["Options", "Requests", "Problems", "Downloads", "Uploads", "Links", "Files", ""];

    private static readonly string[] Resilience = ["Options", "Calls", "RateLimit", "CircuitBreaker", "Retry", ""];

    private static readonly string[] Caching = ["Options", "Bodies", "Staleness", ""];

    [Test]
    public void Each_folder_of_the_Azure_backend_uses_only_those_before_it() => AssertOrder("src/BleepStore.Storage.Azure", Azure);

    [Test]
    public void Each_folder_of_the_S3_backend_uses_only_those_before_it() => AssertOrder("src/BleepStore.Storage.Aws", Aws);

    [Test]
    public void Each_folder_of_the_Google_backend_uses_only_those_before_it() => AssertOrder("src/BleepStore.Storage.Gcp", Gcp);

    [Test]
    public void Each_folder_of_the_local_backend_uses_only_those_before_it() => AssertOrder("src/BleepStore.Storage.Local", Local);

    [Test]
    public void Each_folder_of_the_web_package_uses_only_those_before_it() => AssertOrder("src/BleepStore.Storage.AspNetCore", Web);

    [Test]
    public void Each_folder_of_the_resilience_package_uses_only_those_before_it() =>
        AssertOrder("src/BleepStore.Storage.Resilience", Resilience);

    [Test]
    public void Each_folder_of_the_caching_package_uses_only_those_before_it() => AssertOrder("src/BleepStore.Storage.Caching", Caching);

    [Test]
    public void Each_folder_of_the_core_uses_only_those_before_it() => AssertOrder("src/BleepStore.Storage", Core);

    private static void AssertOrder(string project, string[] order)
    {
        var rooms = new SourceRooms(RepositoryFolder.Find(project));

        Assert.That(order, Is.EquivalentTo(rooms.Names), "every folder has its place");
        Assert.That(
            rooms.Uses.Where(use => Array.IndexOf(order, use.To) > Array.IndexOf(order, use.From))
                .Select(static use => $"{use.From} -> {use.To}: {use.Place}"),
            Is.Empty);
    }
}
