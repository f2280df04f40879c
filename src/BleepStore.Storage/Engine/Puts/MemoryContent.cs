using System.Security.Cryptography;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Sources;

namespace BleepStore.Storage.Engine.Puts;

/// <summary>Bytes in memory. Parts are slices of them, and nothing is copied.</summary>
internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes, SourceReads reads) : Content(reads)
{
    private int _read;
    private bool _started;

    public override long? Length => bytes.Length;

    public override bool CanRestart => true;

    public override bool HoldsParts => false;

    public override Stream OpenAll() => new ReadOnlyMemoryStream(bytes);

    public override ValueTask<PartBody?> NextPartAsync(long size, bool canWait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_started && _read == bytes.Length)
        {
            return ValueTask.FromResult<PartBody?>(null);
        }

        _started = true;
        ReadOnlyMemory<byte> part = bytes.Slice(_read, (int)Math.Min(size, bytes.Length - _read));
        _read += part.Length;
        Hash(part.Span);
        return ValueTask.FromResult<PartBody?>(new MemoryPart(part));
    }

    protected override void Rewind(MemoryBudget budget)
    {
        _read = 0;
        _started = false;
    }

    private sealed class MemoryPart(ReadOnlyMemory<byte> bytes) : PartBody(bytes.Length, MD5.HashData(bytes.Span))
    {
        public override Stream Open() => new ReadOnlyMemoryStream(bytes);

        public override void Dispose()
        {
        }
    }
}
