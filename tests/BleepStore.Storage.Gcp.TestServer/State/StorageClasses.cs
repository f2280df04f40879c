using System.Collections.Frozen;

namespace BleepStore.Storage.Gcp.TestServer.State;

/// <summary>"Storage classes", with the legacy ones that are still accepted.</summary>
internal static class StorageClasses
{
    public const string Standard = "STANDARD";

    private static readonly FrozenSet<string> All =
        FrozenSet.Create(
            StringComparer.Ordinal,
            Standard,
            "NEARLINE",
            "COLDLINE",
            "ARCHIVE",
            "MULTI_REGIONAL",
            "REGIONAL",
            "DURABLE_REDUCED_AVAILABILITY");

    public static void Require(string? name)
    {
        if (name is not null && !All.Contains(name))
        {
            throw GcsError.Invalid($"Invalid argument: unknown storage class '{name}'.");
        }
    }
}
