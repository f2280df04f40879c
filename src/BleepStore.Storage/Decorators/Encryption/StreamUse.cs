namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// Whether a stream is being read or disposed. A stream can be disposed while a read is under way, when the read has waited too long. Its
/// buffers then are not returned to the pool, because the read may still write to them.
/// </summary>
internal struct StreamUse
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int Disposed = 2;

    private int _state;

    /// <summary>Begins a read.</summary>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    /// <exception cref="InvalidOperationException">Another read is under way.</exception>
    public void Begin(Stream stream)
    {
        int before = Interlocked.CompareExchange(ref _state, Busy, Idle);
        ObjectDisposedException.ThrowIf(before == Disposed, stream);
        if (before == Busy)
        {
            throw new InvalidOperationException("Another read of the stream is running. Wait for the end of the read.");
        }
    }

    /// <summary>Ends a read.</summary>
    /// <returns>Whether the stream was disposed meanwhile.</returns>
    public bool End() => Interlocked.CompareExchange(ref _state, Idle, Busy) == Disposed;

    /// <summary>Disposes the stream.</summary>
    /// <param name="isFirst">Whether it was not disposed before.</param>
    /// <returns>Whether no read is under way.</returns>
    public bool Dispose(out bool isFirst)
    {
        int before = Interlocked.Exchange(ref _state, Disposed);
        isFirst = before != Disposed;
        return before == Idle;
    }
}
