using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>The rules for bucket names, for backends that find names which others may have made.</summary>
public static class BucketNaming
{
    /// <summary>Whether a name can be a bucket's. The core refuses other names, so a listing should omit them.</summary>
    /// <param name="name">Any text.</param>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return BucketNames.Fault(name) is null;
    }
}
