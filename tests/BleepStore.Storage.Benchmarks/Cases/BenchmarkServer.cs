namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>A server that runs beside the measured processes.</summary>
/// <param name="Address">The address for the measured processes.</param>
/// <param name="Endpoint">Its host and port. A <see cref="ThrottledPlace"/> needs it.</param>
internal sealed record BenchmarkServer(string Address, Uri? Endpoint = null) : IAsyncDisposable
{
    /// <summary>The address through a slow line, if there is one.</summary>
    public string? Throttled { get; init; }

    /// <summary>Ends the server. <see langword="null"/> for a server that other cases use too. It ends with this program.</summary>
    public Func<ValueTask>? End { get; init; }

    public ValueTask DisposeAsync() => End?.Invoke() ?? ValueTask.CompletedTask;
}
