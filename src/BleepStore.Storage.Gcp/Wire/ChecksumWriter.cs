using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Passes on the written bytes, and computes their checksum.</summary>
internal sealed class ChecksumWriter(Stream inner) : WriteOnlyStream
{
    private Crc32C _crc;

    /// <summary>The checksum of the written bytes.</summary>
    public string Crc32C => _crc.Text;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _crc.Append(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
