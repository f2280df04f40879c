using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends.Bodies;

/// <summary>Bytes in memory, which can be replayed and whose MD5 is known.</summary>
internal sealed class MemoryBody(ReadOnlyMemory<byte> bytes) : StorageBody
{
    private readonly byte[] _md5 = MD5.HashData(bytes.Span);
    private string? _etag;

    public override long? Length => bytes.Length;

    public override ReadOnlyMemory<byte>? Md5 => _md5;

    public override bool CanReplay => true;

    public override string ETag => _etag ??= ETags.FromMd5(_md5);

    public override Stream Open() => new ReadOnlyMemoryStream(bytes);

    public override Stream OpenRewindable() => Open();
}
