using System.Security.Cryptography;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Engine.Parts;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>Parts of bytes in memory: slices, nothing is copied.</summary>
internal sealed class MemoryPartReader(ReadOnlyMemory<byte> bytes) : PartReader
{
    private ReadOnlyMemory<byte> _rest = bytes;
    private bool _started;

    public override ValueTask<PartBody?> NextAsync(long size, bool canWait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_started && _rest.IsEmpty)
        {
            return ValueTask.FromResult<PartBody?>(null);
        }

        _started = true;
        ReadOnlyMemory<byte> part = _rest[..(int)Math.Min(size, _rest.Length)];
        _rest = _rest[part.Length..];
        Hash(part.Span);
        return ValueTask.FromResult<PartBody?>(new MemoryPart(part));
    }

    private sealed class MemoryPart(ReadOnlyMemory<byte> bytes) : PartBody(bytes.Length, MD5.HashData(bytes.Span))
    {
        public override Stream Open() => new ReadOnlyMemoryStream(bytes);

        public override void Dispose()
        {
        }
    }
}
