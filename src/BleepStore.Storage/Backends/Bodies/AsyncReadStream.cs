namespace BleepStore.Storage.Backends.Toolkit;

/// <summary>
/// The base of streams that are read asynchronously only. Synchronous reads throw <see cref="NotSupportedException"/>. Bodies that are sent
/// derive from this class, so a client that blocks fails at once. A backend may derive the body of an answer from it too. The core then
/// waits when a caller reads synchronously.
/// </summary>
public abstract class AsyncReadStream : ReadOnlyStream
{
    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) =>
        throw new NotSupportedException(
            "This stream is asynchronous only. It waits for a disk or a network. Use ReadAsync and CopyToAsync.");
}
