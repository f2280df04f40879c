namespace BleepStore.Storage.Conformance.Support;

/// <summary>A body that breaks off after some bytes, as a cut connection does.</summary>
/// <param name="inner">The body; disposed with this one.</param>
/// <param name="breaksAfter">After how many bytes. A body that ends before does so as ever.</param>
public sealed class BreakingStream(Stream inner, long breaksAfter) : ForwardStream
{
    private long _left = breaksAfter;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0)
        {
            throw new IOException("The connection was cut.");
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
