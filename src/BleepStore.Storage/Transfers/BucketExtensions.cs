namespace BleepStore.Storage;

/// <summary>
/// One call for each everyday job: texts, JSON, files, attributes, prefixes, and copies to other buckets and stores. They stand on the
/// members of <see cref="Bucket"/>, so a fake of those carries them too.
/// </summary>
public static partial class BucketExtensions
{
    /// <summary>The default limit of <c>GetTextAsync</c> and <c>GetJsonAsync</c>: 64 MiB.</summary>
    public const long DefaultMaxBytes = 64 * 1024 * 1024;

    /// <summary>Refuses what is larger than the caller can take, before a byte of it is read.</summary>
    private static void RequireAtMost(long maxBytes, ObjectReader reader)
    {
        if (reader.Range.Length > maxBytes)
        {
            throw new StorageException(
                StorageErrorCode.EntityTooLarge,
                $"The object has {reader.Range.Length} bytes, and at most {maxBytes} were asked for. Give a larger limit, or read it as a stream.");
        }
    }
}
