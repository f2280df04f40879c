using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Native;

/// <summary>An open file of Linux.</summary>
/// <param name="descriptor">The file descriptor. -1 after a failure.</param>
internal sealed class NativeFile(nint descriptor) : DiskFile(descriptor)
{
    public override bool IsInvalid => handle < 0;

    public override DiskError Stat(out FileStatus status)
    {
        int error = Posix.Stat(this, out StatX found);
        status = found.ToStatus();
        return (DiskError)error;
    }

    public override DiskError Flush() => (DiskError)Posix.Flush(this);

    public override DiskError Read(Span<byte> buffer, long offset, out int count) => (DiskError)Posix.Read(this, buffer, offset, out count);

    public override DiskError ReadCached(Span<byte> buffer, long offset, out int count) =>
        (DiskError)Posix.ReadCached(this, buffer, offset, out count);

    public override DiskError Write(ReadOnlySpan<byte> bytes, long offset) => (DiskError)Posix.Write(this, bytes, offset);

    public override void StartFlushing(long offset, long count) => Posix.StartFlushing(this, offset, count);

    public override DiskError Truncate() => (DiskError)Posix.Truncate(this);

    public override DiskError CopyTo(ref long offset, DiskFile to, ref long toOffset, long count, out long copied) =>
        (DiskError)Posix.Copy(this, ref offset, to, ref toOffset, count, out copied);

    public override DiskError SetAttribute(string name, ReadOnlySpan<byte> value) => (DiskError)Posix.SetAttribute(this, name, value);

    public override DiskError GetAttribute(string name, Span<byte> buffer, out int size) =>
        (DiskError)Posix.GetAttribute(this, name, buffer, out size);

    protected override bool ReleaseHandle() => Posix.Close(handle) == Errno.None;
}
