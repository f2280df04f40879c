using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Gcp.Wire;

/// <summary>Hands on what is written, and computes its checksum on the way.</summary>
internal sealed class ChecksumWriter(Stream inner) : WriteOnlyStream
{
    private Crc32C _crc;

    /// <summary>The checksum of what was written.</summary>
    public string Crc32C => _crc.Text;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _crc.Append(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
