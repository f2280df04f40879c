namespace BleepStore.Storage.Benchmarks.Support;

/// <summary>Counts what a stubbed service is sent, from several sides at once.</summary>
internal sealed class Traffic : IDisposable
{
    private readonly CountingStream _bodies = new();
    private int _requests;

    /// <summary>Where bodies go.</summary>
    public Stream Bodies => Copy ?? _bodies;

    /// <summary>Where bodies go instead of being counted, while one looks at them.</summary>
    public Stream? Copy { get; set; }

    /// <summary>How many bytes of bodies have arrived.</summary>
    public long Bytes => _bodies.Count;

    /// <summary>How many requests have arrived.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public void NoteRequest() => Interlocked.Increment(ref _requests);

    public void Dispose() => _bodies.Dispose();
}
