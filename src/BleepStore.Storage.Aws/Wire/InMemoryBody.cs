using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// A body in memory that is watched while it is sent. Over plain http the SDK of a client from the application reads it synchronously, to
/// hash it.
/// </summary>
/// <param name="watched">The body that is sent.</param>
/// <param name="memory">The body itself.</param>
internal sealed class InMemoryBody(Stream watched, Stream memory) : ReadOnlyStream
{
    public override bool CanSeek => true;

    public override long Length => watched.Length;

    public override long Position
    {
        get => watched.Position;
        set => watched.Position = value;
    }

    public override int Read(Span<byte> buffer) => memory.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        watched.ReadAsync(buffer, cancellationToken);

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
        watched.CopyToAsync(destination, bufferSize, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => watched.Seek(offset, origin);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            watched.Dispose();
        }

        base.Dispose(disposing);
    }
}
