namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// A body in memory that is watched while it is sent. Over plain http the SDK of a client that was given reads it synchronously, to hash
/// it.
/// </summary>
/// <param name="watched">The body as it is sent.</param>
/// <param name="memory">The body itself.</param>
internal sealed class InMemoryBody(Stream watched, Stream memory) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => watched.Length;

    public override long Position
    {
        get => watched.Position;
        set => watched.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => memory.Read(buffer, offset, count);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        watched.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        watched.ReadAsync(buffer, cancellationToken);

    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
        watched.CopyToAsync(destination, bufferSize, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => watched.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            watched.Dispose();
        }

        base.Dispose(disposing);
    }
}
