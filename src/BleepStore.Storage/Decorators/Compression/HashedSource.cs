using System.Security.Cryptography;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>
/// The bytes of a source on their way to the compressor. Nobody else compares them with the MD5 of the put, because the upstream gets other
/// bytes. A file can change after it was hashed.
/// </summary>
/// <param name="source">The bytes. Disposed with this.</param>
/// <param name="expected">Their MD5, where it is known.</param>
internal sealed class HashedSource(Stream source, ReadOnlyMemory<byte>? expected) : AsyncReadStream
{
    private readonly IncrementalHash? _hash = expected is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0)
        {
            _hash?.AppendData(buffer.Span[..count]);
        }
        else if (!buffer.IsEmpty && _hash is not null && !_hash.GetCurrentHash().AsSpan().SequenceEqual(expected!.Value.Span))
        {
            throw new StorageException(
                StorageErrorCode.BadDigest, "The source changed after it was hashed. Nothing was stored. Put it again when it is at rest.");
        }

        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync().ConfigureAwait(false);
        _hash?.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
            _hash?.Dispose();
        }

        base.Dispose(disposing);
    }
}
