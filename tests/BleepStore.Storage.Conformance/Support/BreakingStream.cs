namespace BleepStore.Storage.Conformance.Support;

/// <summary>A body that breaks off after some bytes.</summary>
/// <param name="inner">The body, which is disposed with this stream.</param>
/// <param name="breaksAfter">After how many bytes. A body that ends before does so as ever.</param>
/// <param name="atBreak">
/// The reaction of a read, which throws, ends, or stalls. <see langword="null"/> for the <see cref="IOException"/> of a cut connection.
/// </param>
public sealed class BreakingStream(Stream inner, long breaksAfter, Func<CancellationToken, ValueTask<int>>? atBreak = null) : ForwardStream
{
    private long _left = breaksAfter;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0)
        {
            return atBreak is null ? throw new IOException("The connection was cut.") : await atBreak(cancellationToken);
        }

        int count = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= count;
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
