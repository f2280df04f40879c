namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A small operation of one provider, beside one baseline.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Library">The operation of the library.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="Open">Makes the service, given the bytes of the object.</param>
internal sealed record StubOperation(string Name, string Library, string Baseline, Func<byte[], StubService> Open)
{
    /// <summary>How often it is done in full. The fastest service needs more, to take some seconds.</summary>
    public int Count { get; init; } = 20_000;

    /// <summary>How many requests one operation of the library is.</summary>
    public int LibraryRequests { get; init; } = 1;

    /// <summary>How many requests one operation of the baseline is.</summary>
    public int BaselineRequests { get; init; } = 1;

    /// <summary>
    /// Whether the baseline is plain HTTP. The ratio is then what the SDK and this library cost together. So it is shown and not limited.
    /// </summary>
    public bool IsPlainHttp { get; init; }
}

