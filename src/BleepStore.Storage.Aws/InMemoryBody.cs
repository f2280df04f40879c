using System.Diagnostics.CodeAnalysis;

namespace BleepStore.Storage.Aws;

/// <summary>
/// A body in memory that is watched while it is sent. Over plain http the SDK of a client that was given reads it synchronously, to hash
/// it.
/// </summary>
/// <param name="watched">The body, whose reads end at once.</param>
internal sealed class InMemoryBody(Stream watched) : Stream
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

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The read is done, so nothing waits.")]
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValueTask<int> read = watched.ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None);
        return read.IsCompleted ? read.GetAwaiter().GetResult() : throw new InvalidOperationException("The body is not in memory.");
    }

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
