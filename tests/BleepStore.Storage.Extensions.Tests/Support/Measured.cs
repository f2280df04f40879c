using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace BleepStore.Storage.Extensions.Tests.Support;

/// <summary>Listens to one counter, for one backend.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();

    /// <param name="instrument">The name of the counter.</param>
    /// <param name="provider">The backend.</param>
    public Measured(string instrument, string provider)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Name == BleepStoreTelemetry.Name && published.Name == instrument)
            {
                listener.EnableMeasurementEvents(published);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            Dictionary<string, object?> all = tags.ToArray().ToDictionary(static tag => tag.Key, static tag => tag.Value);
            if (all["bleepstore.provider"] is string of && of == provider)
            {
                All.Enqueue((value, all.GetValueOrDefault("bleepstore.state") as string));
            }
        });
        _listener.Start();
    }

    /// <summary>The counted values, with the tag of the state where there is one.</summary>
    public ConcurrentQueue<(long Value, string? State)> All { get; } = [];

    public void Dispose() => _listener.Dispose();
}
