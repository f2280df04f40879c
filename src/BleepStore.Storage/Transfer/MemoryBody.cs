using System.Security.Cryptography;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Transfer;

/// <summary>Bytes in memory, which can be replayed and whose MD5 is known.</summary>
internal sealed class MemoryBody : BodySource
{
    private readonly ReadOnlyMemory<byte> _bytes;

    public MemoryBody(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        Md5 = MD5.HashData(bytes.Span);
        ETag = ETags.FromMd5(Md5.Value.Span);
    }

    public override long? Length => _bytes.Length;

    public override ReadOnlyMemory<byte>? Md5 { get; }

    public override bool CanReplay => true;

    public override string? ETag { get; }

    public override Stream Open() => new ReadOnlyMemoryStream(_bytes);
}
