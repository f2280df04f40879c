using BleepStore.Storage.Hashing;

namespace BleepStore.Storage.Transfer;

/// <summary><see cref="ObjectStoreOptions"/> as they were when the store was made, checked.</summary>
internal sealed record TransferSettings
{
    public required PartPlan Plan { get; init; }

    public required int MaxConcurrency { get; init; }

    public required long MinimumPartSize { get; init; }

    public required int ReadRetries { get; init; }

    public required TimeSpan UploadExpiry { get; init; }

    /// <summary>How many bytes one transfer may hold in memory; what is larger is spooled to a temporary file.</summary>
    public long MemoryBudget => Plan.PartSize * MaxConcurrency;

    public static TransferSettings From(ObjectStoreOptions options) => new()
    {
        Plan = new PartPlan(options.PartSize, options.MultipartThreshold ?? options.PartSize),
        MaxConcurrency = options.MaxConcurrency,
        MinimumPartSize = options.MinimumPartSize,
        ReadRetries = options.ReadRetries,
        UploadExpiry = options.UploadExpiry,
    };
}
