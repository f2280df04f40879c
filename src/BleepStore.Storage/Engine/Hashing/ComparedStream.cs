using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Bodies;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Engine.Hashing;

/// <summary>
/// The bytes of a body on their way to a decorator that makes other bytes of them. At their end they are compared with the MD5 of the body.
/// The upstream sees the other bytes, so it cannot notice that a file has changed since it was hashed.
/// </summary>
internal sealed class ComparedStream : WrappingStream
{
    private readonly ReadOnlyMemory<byte> _expected;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    private ComparedStream(Stream bytes, ReadOnlyMemory<byte> expected)
        : base(bytes) => _expected = expected;

    /// <summary>Compares the bytes of a body. Bytes in memory are those that were hashed, so they are not compared.</summary>
    /// <param name="body">The body.</param>
    /// <param name="bytes">Its bytes, opened.</param>
    public static Stream Over(StorageBody body, Stream bytes) =>
        body is MemoryBody || body.Md5 is not { } expected ? bytes : new ComparedStream(bytes, expected);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0)
        {
            _hash.AppendData(buffer.Span[..count]);
        }
        else if (!buffer.IsEmpty)
        {
            Compare();
        }

        return count;
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        await Inner.CopyToAsync(new HashedDestination(_hash, destination), bufferSize, cancellationToken).ConfigureAwait(false);
        Compare();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Compare()
    {
        byte[] actual = _hash.GetCurrentHash();
        if (!_expected.Span.SequenceEqual(actual))
        {
            throw ETagHasher.BadDigest(_expected.Span, actual);
        }
    }

    private sealed class HashedDestination(IncrementalHash hash, Stream destination) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            hash.AppendData(buffer.Span);
            return destination.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);
    }
}
