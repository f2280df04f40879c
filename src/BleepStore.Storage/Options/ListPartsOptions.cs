namespace BleepStore.Storage;

/// <summary>The query of a listing of parts. Immutable and thread-safe.</summary>
public sealed record ListPartsOptions
{
    /// <summary>Only parts with a higher number are listed, from 0 to 10,000. The default is 0, which lists all.</summary>
    public int StartAfter { get; init; }

    /// <summary>How many parts one request asks for, from 1 to 1,000. The default is 1,000.</summary>
    public int PageSize { get; init; } = 1000;
}
