using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine.Hashing;

namespace BleepStore.Storage.Engine;

/// <summary><see cref="ObjectStoreOptions"/> as they were when the store was made, checked.</summary>
internal sealed record TransferSettings
{
    private static readonly StorageCapabilities NoDemands = new();

    public static TransferSettings Default { get; } = From(new ObjectStoreOptions());

    public required PartPlan Plan { get; init; }

    public required int MaxConcurrency { get; init; }

    /// <summary>How many parts under way may be held in memory.</summary>
    public required int MaxBufferedParts { get; init; }

    public required long MinimumPartSize { get; init; }

    public required int ReadRetries { get; init; }

    public RequestLimits Limits { get; init; } = RequestLimits.Default;

    /// <summary>The budget of all transfers.</summary>
    public required TransferBudget Budget { get; init; }

    /// <summary>
    /// How many bytes one transfer may hold in memory. Larger parts go to a temporary file. So at least four transfers can run, unless
    /// parts are so large that two of them take more than a quarter of the budget.
    /// </summary>
    public long MemoryBudget =>
        Math.Min(Math.Min(Plan.PartSize * MaxConcurrency, Budget.Bytes), Math.Max(Budget.Bytes / 4, 2 * Plan.PartSize));

    /// <param name="options">The options of the store.</param>
    /// <param name="capabilities">The capabilities of its backend. The default asks for nothing.</param>
    public static TransferSettings From(ObjectStoreOptions options, StorageCapabilities? capabilities = null) => new()
    {
        Plan = PartPlan.For(options.PartSize, options.MultipartThreshold ?? options.PartSize, capabilities ?? NoDemands),
        MaxConcurrency = options.MaxConcurrency,
        MaxBufferedParts = options.MaxBufferedParts ?? Math.Min(options.MaxConcurrency, Math.Max(2, options.MaxConcurrency / 2)),
        MinimumPartSize = options.MinimumPartSize,
        ReadRetries = options.ReadRetries,
        Budget = options.UsedBudget,
        Limits = new RequestLimits
        {
            Idle = options.IdleTimeout,
            Answer = options.AnswerTimeout,
            ServerWork = options.ServerWorkTimeout,
            Retries = options.UpstreamRetries,
        },
    };
}
