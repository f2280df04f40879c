namespace BleepStore.Storage;

/// <summary>Which parts to list. Immutable and thread-safe.</summary>
public sealed record ListPartsOptions
{
    /// <summary>Only parts with a higher number: 0 to 10,000. Default: 0, all.</summary>
    public int StartAfter { get; init; }

    /// <summary>How many parts are asked for at a time: 1 to 1,000. Default: 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
