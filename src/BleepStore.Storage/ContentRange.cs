namespace BleepStore.Storage;

/// <summary>Which bytes of an object a reader delivers.</summary>
/// <param name="Offset">The zero-based offset of the first byte delivered.</param>
/// <param name="Length">How many bytes are delivered; 0 or more.</param>
/// <param name="ObjectSize">The size of the whole object, in bytes.</param>
public readonly record struct ContentRange(long Offset, long Length, long ObjectSize)
{
    /// <summary>Whether this is the whole object.</summary>
    public bool IsWhole => Offset == 0 && Length == ObjectSize;
}
