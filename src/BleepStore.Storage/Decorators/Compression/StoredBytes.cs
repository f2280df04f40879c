using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>The stored bytes of an object on their way to the decoder. It tells a body that failed from bytes that make no sense.</summary>
/// <param name="body">The body, which resumes by itself. Disposed with this.</param>
internal sealed class StoredBytes(Stream body) : ReadOnlyStream
{
    /// <summary>Whether the body failed. An exception of the decoder is then about the body.</summary>
    public bool HasFailed { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        HasFailed = true;
        int count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        HasFailed = false;
        return count;
    }

    public override int Read(Span<byte> buffer)
    {
        HasFailed = true;
        int count = body.Read(buffer);
        HasFailed = false;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
