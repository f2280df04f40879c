using BleepStore.Storage.Engine;

namespace BleepStore.Storage;

/// <summary>
/// Single calls for everyday jobs with texts, JSON, files, attributes, prefixes, and copies to other buckets and stores. They use the
/// members of <see cref="Bucket"/>, so they also work with a fake.
/// </summary>
public static partial class BucketExtensions
{
    /// <summary>The default limit of <c>GetTextAsync</c> and <c>GetJsonAsync</c> (64 MiB).</summary>
    public const long DefaultMaxBytes = 64 * 1024 * 1024;

    /// <summary>Reads an object with a limit on its size. A larger object is refused before any byte of it is read.</summary>
    private static async Task<T> ReadAsync<T>(
        Bucket bucket,
        string key,
        GetOptions? options,
        long maxBytes,
        Func<Stream, ValueTask<T>> read,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        ObjectReader reader = await bucket.GetAsync(key, options, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (reader.Range.Length > maxBytes)
            {
                throw bucket.At(
                    OperationNames.Get,
                    key,
                    new StorageException(
                        StorageErrorCode.EntityTooLarge,
                        $"The object has {reader.Range.Length} bytes, but the limit is {maxBytes}. "
                        + "Use a larger limit, or read a stream."));
            }

            return await read(reader.Content).ConfigureAwait(false);
        }
    }

    /// <summary>The options, with a content type where the caller gave none.</summary>
    private static PutOptions? WithContentType(PutOptions? options, string? contentType) =>
        contentType is null || !string.IsNullOrEmpty(options?.ContentType)
            ? options
            : (options ?? PutOptions.Default) with { ContentType = contentType };
}
