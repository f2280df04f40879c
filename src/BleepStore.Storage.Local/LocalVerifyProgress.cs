namespace BleepStore.Storage.Local;

/// <summary>The progress of a verification. A snapshot.</summary>
public readonly record struct LocalVerifyProgress
{
    /// <summary>How many objects are done.</summary>
    public required long Objects { get; init; }

    /// <summary>How many bytes were read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>How many objects have bytes that disagree with their ETag.</summary>
    public required long Disagreeing { get; init; }

    /// <summary>The key of the object that was just found to disagree. <see langword="null"/> in all other reports.</summary>
    public string? DisagreeingKey { get; init; }
}
