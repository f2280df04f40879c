using System.Diagnostics.Metrics;

namespace BleepStore.Storage.Resilience.CircuitBreaker;

/// <summary>The instrument of circuit breakers, in the meter of the library.</summary>
internal static class BreakerTelemetry
{
    private static readonly Meter Meter = new(BleepStoreTelemetry.Name);

    private static readonly Counter<long> Changes =
        Meter.CreateCounter<long>("bleepstore.circuit_breaker.changes", "{change}", "Changes of the state of circuit breakers.");

    /// <summary>Counts a change.</summary>
    /// <param name="provider">The provider of the backend.</param>
    /// <param name="state">The new state.</param>
    public static void Count(string provider, string state) => Changes.Add(
        1,
        new KeyValuePair<string, object?>("bleepstore.provider", provider),
        new KeyValuePair<string, object?>("bleepstore.state", state));
}
