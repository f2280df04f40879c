using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Backends;

/// <summary>
/// The bytes of a put or of a part, as a backend receives them. The core has already checked, measured, hashed or buffered them as far as
/// <see cref="StorageCapabilities.StreamsPuts"/> asks.
/// </summary>
/// <remarks>
/// Where the backend does not stream puts, every body has a <see cref="Length"/> and an <see cref="Md5"/> and can be replayed. Where it
/// does, the body may have neither and is opened once. The streams are asynchronous only. For a large body,
/// <see cref="Stream.CopyToAsync(Stream, CancellationToken)"/> is the fastest way, because hashing then runs in parallel with the writes.
/// The checks complete when the body is read to its end, with a read that returns 0. A backend that stops at <see cref="Length"/> has
/// verified nothing. A decorator that changes bytes derives from this class, or makes a body with <see cref="FromBytes"/>. It keeps the
/// promises above, and its <see cref="StorageCapabilities.TransformsBytes"/> is <see langword="true"/>.
/// </remarks>
public abstract class StorageBody
{
    /// <summary>For derived classes.</summary>
    protected StorageBody()
    {
    }

    /// <summary>How many bytes there are, when that is known.</summary>
    public abstract long? Length { get; }

    /// <summary>The MD5 of all bytes (16 bytes), when it is known before they are read.</summary>
    public abstract ReadOnlyMemory<byte>? Md5 { get; }

    /// <summary>Whether <see cref="Open"/> can be called again for the same bytes.</summary>
    public abstract bool CanReplay { get; }

    /// <summary>
    /// The ETag of the bytes, by this library's rule. It is known at once when <see cref="Md5"/> is. Otherwise it is known when a stream
    /// from <see cref="Open"/> was read to its end.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not known yet.</exception>
    public abstract string ETag { get; }

    /// <summary>
    /// The sizes of the parts that <see cref="ETag"/> was computed from, in order and in bytes. With them a backend that stores the bytes
    /// in one piece can compute the ETag anew. Known when <see cref="ETag"/> is. The default is empty, because the ETag is the MD5 of all
    /// bytes, or the body does not tell.
    /// </summary>
    public virtual IReadOnlyList<long> PartSizes => [];

    /// <summary>A body of bytes in memory, which can be replayed.</summary>
    /// <param name="bytes">The bytes. They must not change while the body is used.</param>
    public static StorageBody FromBytes(ReadOnlyMemory<byte> bytes) => new MemoryBody(bytes);

    /// <summary>
    /// The body to send in place of this one, when a decorator has made other bytes of it. A body that watches how far it was sent watches
    /// the other one as well.
    /// </summary>
    /// <param name="other">The body with the other bytes.</param>
    internal virtual StorageBody Replace(StorageBody other) => other;

    /// <summary>Opens the bytes for reading from the first. The caller disposes the stream.</summary>
    /// <exception cref="InvalidOperationException">The body cannot be replayed and was opened before.</exception>
    public abstract Stream Open();

    /// <summary>
    /// Opens the bytes for a decorator that reads them before they are sent, to hash them or to make other bytes of them. A body that
    /// watches how far it was sent does not watch this. The caller disposes the stream.
    /// </summary>
    internal virtual Stream OpenAhead() => Open();

    /// <summary>
    /// Opens the bytes as a stream of known length, which is the form that SDKs need. An SDK resends the body by seeking to its beginning,
    /// and seeks nowhere else. The caller disposes it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The body's length is not known, or it cannot be replayed.</exception>
    public virtual Stream OpenRewindable() => CanReplay && Length is { } length
        ? new RewindableStream(this, length)
        : throw new InvalidOperationException("Only a body of known length that can be replayed can be rewound.");
}
