using System.Text;

namespace BleepStore.Storage;

public static partial class BucketExtensions
{
    /// <summary>Half a surrogate pair has no bytes. It is an error, because a replacement would change the text.</summary>
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Stores a text as UTF-8, without a byte order mark.</summary>
    /// <example>
    /// <code>
    /// await bucket.PutTextAsync("notes/today.txt", "Buy milk.");
    /// </code>
    /// </example>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="text">The text. It may be empty. Readers treat U+FEFF at its beginning as a byte order mark.</param>
    /// <param name="options">
    /// Attributes, conditions, checks. The default <see cref="ObjectAttributes.ContentType"/> is <c>text/plain; charset=utf-8</c>.
    /// </param>
    /// <param name="cancellationToken">Stops the put.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="ArgumentException">The text has half a surrogate pair, or an option breaks its rule.</exception>
    /// <exception cref="StorageException">As <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public static async Task<ObjectProperties> PutTextAsync(
        this Bucket bucket, string key, string text, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = StrictUtf8.GetBytes(text);
        return await bucket.PutAsync(key, bytes, WithContentType(options, "text/plain; charset=utf-8"), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Reads an object as text.</summary>
    /// <example>
    /// <code>
    /// await bucket.PutTextAsync("notes/today.txt", "Buy milk.");
    /// string text = await bucket.GetTextAsync("notes/today.txt");
    /// </code>
    /// </example>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <param name="options">Range and conditions. By default all bytes are read, without conditions.</param>
    /// <param name="encoding">
    /// How the text is encoded, unless it begins with a byte order mark. The default is UTF-8. Invalid bytes become U+FFFD.
    /// </param>
    /// <param name="maxBytes">The maximum size of the object in bytes. The default is 64 MiB.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The text, without a byte order mark.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.EntityTooLarge"/> when the object has more than <paramref name="maxBytes"/> bytes, none of which was
    /// read. All else as <see cref="Bucket.GetAsync"/>.
    /// </exception>
    public static async Task<string> GetTextAsync(
        this Bucket bucket,
        string key,
        GetOptions? options = null,
        Encoding? encoding = null,
        long maxBytes = DefaultMaxBytes,
        CancellationToken cancellationToken = default)
    {
        return await ReadAsync(
            bucket,
            key,
            options,
            maxBytes,
            async content =>
            {
                using var text = new StreamReader(content, encoding ?? Encoding.UTF8);
                return await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }
}
