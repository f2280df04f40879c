using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Transfer;

/// <summary>One part of a content: replayable, of known length and MD5. Disposing gives back what holds its bytes.</summary>
internal abstract class PartBody(long length, ReadOnlyMemory<byte> md5) : StorageBody, IDisposable
{
    public long Size { get; } = length;

    public override long? Length => Size;

    public override ReadOnlyMemory<byte>? Md5 => md5;

    public override bool CanReplay => true;

    public override string ETag => ETags.FromMd5(md5.Span);

    public abstract void Dispose();
}
