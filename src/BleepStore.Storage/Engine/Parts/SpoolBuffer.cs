using System.Buffers;
using BleepStore.Storage.Backends.Toolkit;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Engine.Parts;

/// <summary>A part that is too large for memory, in a temporary file that goes with its handle.</summary>
internal sealed class SpoolBuffer : PartBuffer
{
    private const int BufferSize = 256 * 1024;
    private readonly FileStream _file = OpenTemporary();
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private bool _handedOver;

    protected override void Free()
    {
        if (!IsAbandoned)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        if (!_handedOver)
        {
            _file.Dispose();
        }
    }

    public override Memory<byte> GetRoom(long most) => _buffer.AsMemory(0, (int)Math.Min(_buffer.Length, most));

    public override async ValueTask KeepAsync(ReadOnlyMemory<byte> bytes, long at, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(_file.SafeFileHandle, bytes, at, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException full)
        {
            throw NoRoom(full);
        }
    }

    public override PartBody MakePart(long length, byte[] md5)
    {
        _handedOver = true;
        var part = new SpooledPart(_file, length, md5);
        Dispose();
        return part;
    }

    private static FileStream OpenTemporary()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            // All users can access the folder, but only this user may read the stored bytes.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}.tmp"), options);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NoRoom(error);
        }
    }

    private static StorageException NoRoom(Exception cause) => new(
        cause is UnauthorizedAccessException ? StorageErrorCode.AccessDenied : StorageErrorCode.InsufficientStorage,
        $"A part is too large for memory, and the temporary folder '{Path.GetTempPath()}' cannot store it: {cause.Message} Free space " +
        "there, set another folder (TMPDIR), or use a seekable stream.",
        cause);

    private sealed class SpooledPart(FileStream file, long length, byte[] md5) : PartBody(length, md5)
    {
        public override Stream Open() => new SpoolStream(file.SafeFileHandle, Size);

        public override void Dispose() => file.Dispose();
    }

    private sealed class SpoolStream(SafeFileHandle file, long length) : AsyncReadStream
    {
        private long _done;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Memory<byte> wanted = buffer[..(int)Math.Min(buffer.Length, length - _done)];
            int count = wanted.IsEmpty ? 0 : await RandomAccess.ReadAsync(file, wanted, _done, cancellationToken).ConfigureAwait(false);
            _done += count;
            return count;
        }
    }
}
