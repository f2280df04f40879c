using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>
/// The base of test bodies. They are forward only, and a synchronous read fails with a message that no backend mistakes for its own.
/// </summary>
public abstract class ForwardStream : AsyncReadStream
{
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        throw new InvalidOperationException("The body was read synchronously.");

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw new InvalidOperationException("The body was read synchronously.");
}
