using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// The encrypted form of a body. Where the backend streams puts, each opening has a fresh salt. Elsewhere the MD5 must be known before the
/// bytes are sent. So one salt serves all openings, and the bytes must be the same each time.
/// </summary>
internal sealed class SealedBody : StorageBody
{
    /// <summary>Up to this size a body is encrypted once, in memory.</summary>
    private const int MostInMemory = 256 * 1024;

    private readonly StorageBody _plain;
    private readonly ObjectKey _key;
    private readonly SealedSpan _span;
    private readonly byte[]? _salt;
    private readonly SealedTags? _tags;
    private byte[]? _md5;
    private SealingStream? _opened;

    private SealedBody(StorageBody plain, ObjectKey key, SealedSpan span, bool streams)
    {
        _plain = plain;
        _key = key;
        _span = span;
        _salt = streams ? null : RandomNumberGenerator.GetBytes(ChunkCipher.SaltSize);
        _tags = streams ? null : new SealedTags();
    }

    public override long? Length => _plain.Length is { } plain ? _span.StoredLength(plain) : null;

    public override ReadOnlyMemory<byte>? Md5 => _md5;

    public override bool CanReplay => _plain.CanReplay;

    public override string ETag => (_md5 ?? _opened?.Md5) is { } md5
        ? ETags.FromMd5(md5)
        : throw new InvalidOperationException("The body's ETag is known only after the body was read to its end.");

    /// <summary>Encrypts a body, or prepares it to be encrypted while it is sent.</summary>
    /// <param name="plain">The body.</param>
    /// <param name="key">The key of the object. It must live as long as the body is opened.</param>
    /// <param name="span">Their chunks of the object.</param>
    /// <param name="streams">Whether the backend streams puts, and needs no MD5 beforehand.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.BadDigest"/> when the source has changed.</exception>
    public static async ValueTask<StorageBody> SealAsync(
        StorageBody plain, ObjectKey key, SealedSpan span, bool streams, CancellationToken cancellationToken)
    {
        if (plain.Length <= MostInMemory)
        {
            return plain.Replace(FromBytes(await SealInMemoryAsync(plain, key, span, cancellationToken).ConfigureAwait(false)));
        }

        var body = new SealedBody(plain, key, span, streams);
        if (!streams)
        {
            await body.HashAsync(cancellationToken).ConfigureAwait(false);
        }

        return body;
    }

    public override Stream Open() => _opened = OpenSealing(isAhead: false);

    private static async ValueTask<byte[]> SealInMemoryAsync(
        StorageBody plain, ObjectKey key, SealedSpan span, CancellationToken cancellationToken)
    {
        byte[] stored = GC.AllocateUninitializedArray<byte>((int)span.StoredLength(plain.Length!.Value));
        var sealing = new SealingStream(plain, key.Header, ChunkCipher.Create(key), span, tags: null, isAhead: true);
        await using (sealing.ConfigureAwait(false))
        {
            int filled = await sealing.ReadAtLeastAsync(stored, stored.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);

            // Reading to the end completes the checks of the source.
            int more = await sealing.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
            return filled == stored.Length && more == 0 ? stored : throw SealingStream.OtherLength();
        }
    }

    private SealingStream OpenSealing(bool isAhead) => new(
        _plain, _key.Header, _salt is null ? ChunkCipher.Create(_key) : new ChunkCipher(_key, _salt), _span, _tags, isAhead);

    /// <summary>Encrypts all bytes once and keeps no more of them than their MD5 and their tags.</summary>
    private async Task HashAsync(CancellationToken cancellationToken)
    {
        SealingStream sealing = OpenSealing(isAhead: true);
        await using (sealing.ConfigureAwait(false))
        {
            await sealing.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            _md5 = sealing.Written == Length ? sealing.Md5 : throw SealingStream.OtherLength();
            _tags!.IsComplete = true;
        }
    }
}
