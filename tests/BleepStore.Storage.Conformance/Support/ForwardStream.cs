using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>
/// The base of test bodies: forward only, and who reads one synchronously is told so in words that no backend takes for its own.
/// </summary>
public abstract class ForwardStream : AsyncReadStream
{
    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("The body was read synchronously.");

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw new InvalidOperationException("The body was read synchronously.");
}
