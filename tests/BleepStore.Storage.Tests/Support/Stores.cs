using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.InMemory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BleepStore.Storage.Tests.Support;

/// <summary>
/// Stores for tests. The public options allow no part below 5 MiB; here parts can be a few bytes, so that a test of many parts is quick.
/// </summary>
internal static class Stores
{
    public const string Bucket = "bucket";

    public static async Task<Bucket> InMemoryAsync(ObjectStoreOptions? options = null, long? capacity = null, TimeProvider? time = null)
    {
        ObjectStore store = InMemoryStore.Create(new InMemoryBackendOptions { Capacity = capacity }, options, timeProvider: time);
        return await store.CreateBucketAsync(Bucket);
    }

    public static Bucket Over(
        StorageBackend backend,
        long partSize = 8,
        long? threshold = null,
        int concurrency = 4,
        int retries = 4,
        TimeProvider? time = null,
        ILogger? logger = null,
        int? buffered = null,
        TimeSpan? idle = null,
        TransferBudget? budget = null) =>
            new(Bucket, Context(backend, partSize, threshold, concurrency, retries, time, logger, buffered, idle, budget));

    public static StoreContext Context(
        StorageBackend backend,
        long partSize = 8,
        long? threshold = null,
        int concurrency = 4,
        int retries = 4,
        TimeProvider? time = null,
        ILogger? logger = null,
        int? buffered = null,
        TimeSpan? idle = null,
        TransferBudget? budget = null)
    {
        var settings = new TransferSettings
        {
            Plan = PartPlan.For(partSize, threshold ?? partSize, backend.Capabilities),
            MaxConcurrency = concurrency,
            MaxBufferedParts = buffered ?? concurrency,
            MinimumPartSize = 1,
            ReadRetries = retries,

            // Tests run side by side, and some of them fill a budget.
            Budget = budget ?? new TransferBudget(256 * 1024 * 1024, time),

            // A clock that jumps would let every read expire. Tests of the limit set one.
            Limits = new RequestLimits { Idle = idle ?? Timeout.InfiniteTimeSpan },
        };
        return new StoreContext(
            backend,
            settings,
            new Operations("store", backend, logger ?? NullLogger.Instance, time ?? TimeProvider.System, typeof(ObjectStore)));
    }
}
