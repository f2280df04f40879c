using BleepStore.Storage.Local.Managed;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>What both sides of the crash test know: the bucket, the keys, and who writes which.</summary>
internal static class Plan
{
    public const string Bucket = "crash";

    /// <summary>
    /// Writers in a child. Each key has one, so that the order of what is done to a key is known; keys that are prefixes of each other have
    /// different ones.
    /// </summary>
    public const int Writers = 4;

    /// <summary>Written once, before the first kill, and never touched.</summary>
    public static readonly string[] Bystanders = ["bystander", "a/bystander", "e/f/bystander"];

    public static readonly string[] Keys =
    [
        "a", "a/b", "a/b/c", "a/b/c/d",
        "e/f/g", "e/f", "e", "e/f/g/h",
        "x//y", "x/", "ü/🙀", "..",
        new string('l', 300) + "/z", new string('l', 300), "photos/2026/cat.jpg", "photos/2026",
    ];

    /// <param name="root">The root.</param>
    /// <param name="isDurable">Whether the store flushes.</param>
    /// <param name="keepsRecordsInFiles">Whether the store does without attributes.</param>
    /// <param name="isManaged">Whether the store is on the file layer for systems other than Linux.</param>
    public static ObjectStore Open(string root, bool isDurable, bool keepsRecordsInFiles, bool isManaged = false) => ObjectStore.Create(
        Backend(
            new LocalBackendOptions { RootPath = root, Durability = isDurable ? Durability.Full : Durability.None },
            isManaged,
            keepsRecordsInFiles),
        new ObjectStoreOptions { MinimumPartSize = 1 });

    /// <param name="options">The options.</param>
    /// <param name="isManaged">Whether the store is on the file layer for systems other than Linux.</param>
    /// <param name="keepsRecordsInFiles">Whether the store does without attributes.</param>
    public static LocalBackend Backend(LocalBackendOptions options, bool isManaged, bool keepsRecordsInFiles = false) => new(options)
    {
        Layer = isManaged ? new ManagedLayer(new LinuxHost(hasAttributes: true)) : null,
        LargestAttribute = keepsRecordsInFiles ? 0 : int.MaxValue,
    };
}
