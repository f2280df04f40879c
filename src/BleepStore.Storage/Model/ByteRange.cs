namespace BleepStore.Storage;

/// <summary>
/// The bytes of an object to read. They are those from an offset, with or without a length, or the last bytes. A range is a request.
/// <see cref="ContentRange"/> is its result for an object of a given size.
/// </summary>
public readonly record struct ByteRange
{
    private ByteRange(long? offset, long? length)
    {
        Offset = offset;
        Length = length;
    }

    /// <summary>The zero-based offset of the first byte wanted, or <see langword="null"/> for a suffix range.</summary>
    public long? Offset { get; }

    /// <summary>
    /// How many bytes are wanted at most, or <see langword="null"/> for all up to the end. For a suffix range, how many of the last bytes.
    /// </summary>
    public long? Length { get; }

    /// <summary>Whether the range counts from the object's end.</summary>
    public bool IsSuffix => Offset is null && Length is not null;

    /// <summary>All bytes from <paramref name="offset"/> to the end.</summary>
    /// <param name="offset">Zero-based, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    public static ByteRange From(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new ByteRange(offset, null);
    }

    /// <summary>
    /// At most <paramref name="length"/> bytes from <paramref name="offset"/>. A range that ends past the object's end is cut.
    /// </summary>
    /// <param name="offset">Zero-based, 0 or more.</param>
    /// <param name="length">In bytes, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// One of the two is negative, or their sum is more than <see cref="long.MaxValue"/>.
    /// </exception>
    public static ByteRange From(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue - offset);
        return new ByteRange(offset, length);
    }

    /// <summary>The last <paramref name="length"/> bytes, or the whole object when it is smaller.</summary>
    /// <param name="length">
    /// In bytes, 0 or more. Reading a suffix of 0 bytes fails with <see cref="StorageErrorCode.InvalidRange"/>, as in HTTP.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static ByteRange Suffix(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new ByteRange(null, length);
    }

    /// <summary>Resolves the range for an object of <paramref name="size"/> bytes.</summary>
    /// <param name="size">The object's size in bytes, 0 or more.</param>
    /// <returns>The bytes to deliver. The start is unchanged, and the end is cut at the object's end.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidRange"/>, with the size, when the start is at or past the end, or the suffix is 0 bytes.
    /// </exception>
    public ContentRange Resolve(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (Offset is { } offset)
        {
            return offset < size
                ? new ContentRange(offset, Math.Min(Length ?? long.MaxValue, size - offset), size)
                : throw HoldsNoByte(size);
        }

        return Length switch
        {
            null => new ContentRange(0, size, size),
            0 => throw HoldsNoByte(size),
            { } suffix => new ContentRange(Math.Max(0, size - suffix), Math.Min(suffix, size), size),
        };
    }

    /// <summary>
    /// Returns the range as in an HTTP <c>Range</c> header (RFC 9110, section 14.2), such as <c>bytes=0-9</c>, <c>bytes=10-</c> or
    /// <c>bytes=-5</c>.
    /// </summary>
    /// <remarks>A range of length 0 from an offset has no such form. It is shown as <c>bytes=10+0</c>.</remarks>
    public override string ToString() => (Offset, Length) switch
    {
        (null, null) => "bytes=0-",
        (null, { } suffix) => $"bytes=-{suffix}",
        ({ } offset, null) => $"bytes={offset}-",
        ({ } offset, 0) => $"bytes={offset}+0",
        ({ } offset, { } length) => $"bytes={offset}-{offset + length - 1}",
    };

    private StorageException HoldsNoByte(long size) =>
        new(StorageErrorCode.InvalidRange, $"The range {this} holds no byte of an object of {size} bytes.") { ObjectSize = size };
}
