using System.Collections.Concurrent;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// The base of all fixtures. It has a store for the fixture, a fresh bucket for every test, and the most common assertions.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class ConformanceFixture<THarness> : IConformanceFixture
    where THarness : ConformanceHarness, new()
{
    /// <summary>The part size of the stores under test. It is the smallest possible one, so large objects stay small.</summary>
    protected const int PartSize = 5 * 1024 * 1024;

    private static readonly ConcurrentDictionary<string, Surroundings> All = new(StringComparer.Ordinal);

    private readonly List<string> _buckets = [];
    private Bucket? _bucket;

    ConformanceHarness IConformanceFixture.Harness => Harness;

    StorageCapabilities IConformanceFixture.Capabilities => Capabilities;

    /// <summary>How the backend is reached.</summary>
    protected ConformanceHarness Harness => Around.Harness;

    /// <summary>The store, with the smallest part size, the smallest allowed minimum, and defaults otherwise.</summary>
    protected ObjectStore Store => Around.Store;

    /// <summary>This test's bucket; empty at its start, removed at its end.</summary>
    protected Bucket Bucket => _bucket ?? throw new InvalidOperationException("There is a bucket only while a test runs.");

    /// <summary>The features and limits of the backend.</summary>
    protected StorageCapabilities Capabilities => Harness.CapabilitiesOf(Store);

    /// <summary>The size of a part for multipart tests, as small as the upstream allows.</summary>
    protected int PartLength => (int)Math.Max(100, Capabilities.MinimumPartSize);

    private Surroundings Around => All[GetType().FullName!];

    private static string RunningFixture => TestContext.CurrentContext.Test.ClassName!;

#pragma warning disable CA1000 // The harness outlives the instances that NUnit makes for single tests, hence static.
    /// <summary>Starts the harness once for the fixture. NUnit calls it. Derived fixtures need not override anything.</summary>
    [OneTimeSetUp]
    public static async Task StartHarness() => All[RunningFixture] = await Surroundings.CreateAsync();

    /// <summary>Ends the harness after the last test. NUnit calls it.</summary>
    [OneTimeTearDown]
    public static async Task StopHarness()
    {
        if (All.TryRemove(RunningFixture, out Surroundings? around))
        {
            await around.DisposeAsync();
        }
    }
#pragma warning restore CA1000

    /// <summary>Makes this test's bucket. NUnit calls it.</summary>
    [SetUp]
    public async Task CreateBucketOfTest() => _bucket = await CreateBucketAsync();

    /// <summary>Removes this test's buckets and all that is in them. NUnit calls it.</summary>
    [TearDown]
    public async Task DeleteBucketsOfTest()
    {
        foreach (string name in _buckets)
        {
            await RemoveBucketAsync(name);
        }

        _buckets.Clear();
    }

    /// <summary>A store on the same upstream with options of its own, which the test disposes.</summary>
    protected ValueTask<ObjectStore> OpenStoreAsync(Action<ObjectStoreOptions>? configure = null, TimeProvider? timeProvider = null)
    {
        ObjectStoreOptions options = Surroundings.Options(Capabilities);
        configure?.Invoke(options);
        return Harness.CreateStoreAsync(options, timeProvider);
    }

    /// <summary>
    /// The same backend with something in between, as <see cref="Bucket"/> of a store that leaves the backend to its owner.
    /// </summary>
    private protected Bucket Intercept(Action<InterceptingBackend> configure, Action<ObjectStoreOptions>? change = null)
    {
        var backend = new InterceptingBackend(new UnownedBackend(Store.GetService<StorageBackend>()!));
        configure(backend);
        ObjectStoreOptions options = Surroundings.Options(Capabilities);
        change?.Invoke(options);
        return ObjectStore.Create(backend, options).GetBucket(Bucket.Name);
    }

    /// <summary>Another bucket for this test.</summary>
    protected async Task<Bucket> CreateBucketAsync()
    {
        string name = Harness.CreateBucketName();
        Bucket bucket = await Store.CreateBucketAsync(name);
        _buckets.Add(name);
        return bucket;
    }

    /// <summary>Has a bucket that the test made itself removed at its end.</summary>
    protected void RemoveAtEnd(string bucket) => _buckets.Add(bucket);

    /// <summary>Puts, with the options that a test needs in most cases.</summary>
    protected Task<ObjectProperties> PutAsync(string key, byte[] content, PutOptions? options = null) =>
        Bucket.PutAsync(key, content, options);

    /// <summary>Reads the bytes of an object, or of the range in the options.</summary>
    protected Task<byte[]> ReadAsync(string key, GetOptions? options = null) => ReadAsync(Bucket, key, options);

    /// <summary>Reads the bytes of an object, or of the range in the options.</summary>
    protected static async Task<byte[]> ReadAsync(Bucket bucket, string key, GetOptions? options = null)
    {
        await using ObjectReader reader = await bucket.GetAsync(key, options);
        return await reader.ReadAllAsync();
    }

    /// <summary>Asserts that the object is there with exactly these bytes.</summary>
    protected Task AssertContentAsync(string key, byte[] expected) => AssertContentAsync(Bucket, key, expected);

    /// <summary>Asserts that the object is there with exactly these bytes.</summary>
    protected static async Task AssertContentAsync(Bucket bucket, string key, byte[] expected)
    {
        byte[] actual = await ReadAsync(bucket, key);
        Assert.That(actual, Has.Length.EqualTo(expected.Length), $"size of '{key}'");
        Assert.That(actual.AsSpan().SequenceEqual(expected), Is.True, $"bytes of '{key}'");
    }

    /// <summary>Asserts that the bytes, the revision and the attributes of an object are unchanged.</summary>
    protected Task AssertUntouchedAsync(ObjectProperties before, byte[] content) => AssertUntouchedAsync(Bucket, before, content);

    /// <summary>Asserts that the bytes, the revision and the attributes of an object are unchanged.</summary>
    protected static async Task AssertUntouchedAsync(Bucket bucket, ObjectProperties before, byte[] content)
    {
        await AssertContentAsync(bucket, before.Key, content);
        StorageAssert.SameObject(await bucket.HeadAsync(before.Key), before);
    }

    /// <summary>
    /// A listing as it is where it is in order; sorted where only its pages are (<see cref="StorageCapabilities.ListsInKeyOrder"/>), so
    /// that nothing but the order is let off.
    /// </summary>
    private protected List<string> InPromisedOrder(List<string> listed) =>
        Capabilities.ListsInKeyOrder ? listed : [.. ListModel.InOrder(listed)];

    /// <summary>Asserts that the bucket holds these keys, in this order, and no other.</summary>
    protected async Task AssertKeysAsync(params string[] keys) =>
        Assert.That(await Bucket.ListAsync().Select(entry => entry.Key).ToListAsync(), Is.EqualTo(keys));

    /// <summary>
    /// Asserts the ETag that the bytes have by the rule. A backend that stores other bytes has their ETag
    /// (<see cref="StorageCapabilities.TransformsBytes"/>).
    /// </summary>
    private protected void AssertETag(string actual, string expected, string? message = null) =>
        Assert.That(actual, Capabilities.TransformsBytes ? Is.Not.Empty : Is.EqualTo(expected), message);

    /// <summary>
    /// Begins a multipart upload. Returns <see langword="null"/> on a backend without multipart uploads, which must refuse.
    /// </summary>
    private protected async Task<MultipartUpload?> BeginUploadAsync(Bucket bucket, string key)
    {
        if (Capabilities.SupportsMultipart)
        {
            return await bucket.CreateMultipartUploadAsync(key);
        }

        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.CreateMultipartUploadAsync(key));
        return null;
    }

    /// <summary>Asserts that no upload is under way in the bucket.</summary>
    protected async Task AssertNoUploadsAsync() => Assert.That(await Bucket.ListMultipartUploadsAsync().ToListAsync(), Is.Empty);

    private async Task RemoveBucketAsync(string name)
    {
        Bucket bucket = Store.GetBucket(name);
        try
        {
            List<string> keys = await bucket.ListAsync().Select(entry => entry.Key).ToListAsync();
            await bucket.DeleteManyAsync(keys);
            await Store.DeleteBucketAsync(name);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchBucket)
        {
            // The test removed it itself.
        }
    }

    private sealed record Surroundings(ConformanceHarness Harness, ObjectStore Store) : IAsyncDisposable
    {
        public static ObjectStoreOptions Options(StorageCapabilities capabilities) => new()
        {
            PartSize = PartSize,
            MinimumPartSize = Math.Max(1, capabilities.MinimumPartSize),
        };

        public static async Task<Surroundings> CreateAsync()
        {
            var harness = new THarness();
            await harness.StartAsync();
            DeclaredDifferences.Print(harness);
            await using ObjectStore plain = await harness.CreateStoreAsync();
            return new Surroundings(harness, await harness.CreateStoreAsync(Options(plain.Capabilities)));
        }

        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            await Harness.DisposeAsync();
        }
    }
}
