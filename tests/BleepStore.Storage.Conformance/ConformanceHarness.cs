namespace BleepStore.Storage.Conformance;

/// <summary>
/// How the suite reaches one backend in one mode. One instance serves one fixture and has a place of its own upstream (a container, a
/// prefix, a folder), because fixtures run in parallel and must not see each other. The constructor must be cheap, because the suite
/// creates instances only to read <see cref="PossibleDifferences"/>.
/// </summary>
public abstract class ConformanceHarness : IAsyncDisposable
{
    /// <summary>
    /// The backend and the mode, as printed beside declared differences, such as <c>local</c> or <c>azure, isolated staging</c>.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>
    /// The tests that this backend cannot pass. The suite reads it after <see cref="StartAsync"/>, so a harness can find out there what its
    /// upstream can do. The default is none.
    /// </summary>
    public virtual IReadOnlyList<Difference> Differences => [];

    /// <summary>
    /// Everything that <see cref="Differences"/> can hold, whatever the upstream. The suite checks that each entry names a test. It is read
    /// from a harness that was not started. The default is <see cref="Differences"/>.
    /// </summary>
    public virtual IReadOnlyList<Difference> PossibleDifferences => Differences;

    /// <summary>
    /// A storage class that the upstream knows and that can be read at once. The default is <c>ANY-TEXT</c>, for backends without classes,
    /// which keep the text unchanged.
    /// </summary>
    public virtual string StorageClass => "ANY-TEXT";

    /// <summary>
    /// How many keys the test of bulk deletion uses. The default is 2,500. Lower it, to no less than 1,001, where every put costs money or
    /// time.
    /// </summary>
    public virtual int BulkKeys => 2500;

    /// <summary>Prepares the upstream, once before the first test of a fixture. The default does nothing.</summary>
    public virtual ValueTask StartAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Opens a store on this harness's place upstream. It is called several times, and all stores must read each other's objects.
    /// </summary>
    /// <param name="options">The options of transfers. <see langword="null"/> uses the defaults.</param>
    /// <param name="timeProvider">The store's clock. <see langword="null"/> uses the system's.</param>
    public abstract ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null);

    /// <summary>
    /// Returns the capabilities of a store on this upstream. A harness that has asked the upstream knows more than a backend that finds out
    /// at the first use. The default is those of the store.
    /// </summary>
    /// <param name="store">The store.</param>
    public virtual StorageCapabilities CapabilitiesOf(ObjectStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Capabilities;
    }

    /// <summary>
    /// Names of buckets that a test creates because of their form. All other buckets of tests have a name of
    /// <see cref="CreateBucketName"/>.
    /// </summary>
    internal static readonly string[] PlainNames = ["abc", "a-b.c-d.9", "123"];

    /// <summary>Names a bucket that no other test uses. The default is <c>conf-</c> and a random number.</summary>
    public virtual string CreateBucketName() => $"conf-{Guid.NewGuid():N}"[..21];

    /// <summary>
    /// Lists the upstream names of internal objects (temporary files, parts, records), for backends that can list them. A test that fails a
    /// write compares it before and after. The default is <see langword="null"/>, which means that they cannot be listed.
    /// </summary>
    public virtual ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync() => ValueTask.FromResult<IReadOnlyList<string>?>(null);

    /// <summary>
    /// Puts something into a bucket's place upstream, past the library, under a name that no key spells. The default is
    /// <see langword="null"/>, which means that there is no such name or the harness cannot create it.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    public virtual ValueTask<ForeignObject?> PlantForeignNameAsync(string bucket) => ValueTask.FromResult<ForeignObject?>(null);

    /// <summary>
    /// Reads an object upstream by the vendor's own client, under the name that <see cref="ObjectStore.GetUpstreamName"/> says. The default
    /// is <see langword="null"/>, which means that the bytes cannot be read.
    /// </summary>
    /// <param name="store">The store, whose <see cref="ObjectStore.GetService{T}"/> has the client.</param>
    /// <param name="name">The name.</param>
    public virtual ValueTask<byte[]?> ReadUpstreamAsync(ObjectStore store, UpstreamName name) => ValueTask.FromResult<byte[]?>(null);

    /// <summary>Removes what the harness made upstream. The default does nothing.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
