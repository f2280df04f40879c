namespace BleepStore.Storage;

/// <summary>The bytes of an object that a reader delivers.</summary>
public readonly record struct ContentRange
{
    /// <summary>Creates a range.</summary>
    /// <param name="offset">The zero-based offset of the first byte delivered.</param>
    /// <param name="length">How many bytes are delivered, 0 or more.</param>
    /// <param name="objectSize">The size of the whole object, in bytes.</param>
    public ContentRange(long offset, long length, long objectSize)
    {
        Offset = offset;
        Length = length;
        ObjectSize = objectSize;
    }

    /// <summary>The zero-based offset of the first byte delivered.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes are delivered, 0 or more.</summary>
    public long Length { get; init; }

    /// <summary>The size of the whole object, in bytes.</summary>
    public long ObjectSize { get; init; }

    /// <summary>Whether this is the whole object.</summary>
    public bool IsWhole => Offset == 0 && Length == ObjectSize;
}
