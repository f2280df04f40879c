using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Opens an object as a seekable, read-only stream. It is for code that seeks, such as readers of zip archives and Parquet files. To
    /// read an object once from its beginning, <see cref="GetAsync"/> is cheaper.
    /// </summary>
    /// <example>
    /// <code>
    /// await using ObjectReadStream stream = await bucket.OpenReadAsync("2026/cat.jpg");
    /// stream.Seek(-16, SeekOrigin.End);
    /// byte[] tail = new byte[16];
    /// await stream.ReadExactlyAsync(tail);
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="options">Conditions, and how far to read ahead. By default it reads up to 4 MiB ahead, without conditions.</param>
    /// <param name="cancellationToken">Stops the opening. Reads have their own tokens.</param>
    /// <returns>The stream. It already holds the object's first bytes.</returns>
    /// <exception cref="ArgumentException"><see cref="OpenReadOptions.ReadAheadSize"/> or a condition breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.PreconditionFailed"/>,
    /// <see cref="StorageErrorCode.NotModified"/>, <see cref="StorageErrorCode.InvalidObjectState"/>.
    /// </exception>
    public virtual async Task<ObjectReadStream> OpenReadAsync(
        string key, OpenReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= OpenReadOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReadAheadSize, OpenReadOptions.MinimumReadAheadSize, nameof(options));
        long first = Math.Min(options.ReadAheadSize, ReadWindows.FirstSize);
        ObjectReader reader = await GetFirstAsync(key, options, first, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            ObjectProperties properties = reader.Properties;
            var windows = new ReadWindows(properties.Size, options.ReadAheadSize, async (position, count, token) =>
            {
                var window = new GetOptions { Range = ByteRange.From(position, count), IfRevision = properties.Revision };
                return (await GetAsync(key, window, token).ConfigureAwait(false)).Content;
            });
            await windows.LoadFirstAsync(reader.Content, cancellationToken).ConfigureAwait(false);
            return new ObjectReadStream(properties, windows);
        }
    }

    /// <summary>Opens the first bytes of an object whose size nobody knows yet.</summary>
    /// <param name="key">The key.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="count">At most this many bytes.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    internal async Task<ObjectReader> GetFirstAsync(string key, ReadOptions conditions, long count, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(key, new GetOptions(conditions, ByteRange.From(0, count)), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error is { Code: StorageErrorCode.InvalidRange, ObjectSize: null or 0 })
        {
            // An empty object has no first byte.
            return await GetAsync(key, new GetOptions(conditions, range: null), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Opens a stream whose bytes become an object when they are committed. The object is not visible before the commit. Disposing without
    /// a commit leaves the old object. <see cref="WriteAsync"/> is simpler. It also suits streams that must be disposed before the commit.
    /// </summary>
    /// <example>
    /// <code>
    /// await using ObjectWriter writer = await bucket.OpenWriteAsync("log.txt");
    /// await writer.Stream.WriteAsync("One line.\n"u8.ToArray());
    /// await writer.CommitAsync();
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="options">Attributes, conditions, checks. The default is none.</param>
    /// <param name="cancellationToken">Stops the whole write, up to the commit.</param>
    /// <returns>The writer. Dispose it in every case.</returns>
    /// <exception cref="ArgumentException">A condition or an attribute breaks its rule.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidKey"/>, <see cref="StorageErrorCode.MetadataTooLarge"/>. All other failures occur when the stream
    /// is written or committed.
    /// </exception>
    public virtual Task<ObjectWriter> OpenWriteAsync(string key, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Locate(OperationNames.OpenWrite, key, () =>
        {
            CheckKey(key);
            Checks.Attributes.Check(options);
            _ = ToCondition(options?.IfAbsent ?? false, options?.IfMatch, options?.IfRevision);
        });
        return Task.FromResult(new ObjectWriter(this, key, options, cancellationToken));
    }

    /// <summary>
    /// Writes an object through a stream. It is stored when the callback has returned. When the callback throws, the old object stays. A
    /// callback that writes nothing stores an empty object.
    /// </summary>
    /// <example>
    /// <code>
    /// await bucket.WriteAsync("log.txt", async stream =&gt;
    /// {
    ///     await using var text = new StreamWriter(stream);
    ///     await text.WriteLineAsync("One line.");
    /// });
    /// </code>
    /// </example>
    /// <param name="key">The key.</param>
    /// <param name="write">
    /// Writes the bytes. A wrapper around the stream, such as a <see cref="StreamWriter"/> or a compressor, must be disposed before the
    /// callback returns. <c>await using</c> inside the callback does that.
    /// </param>
    /// <param name="options">Attributes, conditions, checks. The default is none.</param>
    /// <param name="cancellationToken">Stops the whole write, up to the commit.</param>
    /// <returns>The properties of the stored object.</returns>
    /// <exception cref="ArgumentException">A condition or an attribute breaks its rule.</exception>
    /// <exception cref="StorageException">As <see cref="PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.</exception>
    public virtual async Task<ObjectProperties> WriteAsync(
        string key, Func<Stream, Task> write, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        ObjectWriter writer = await OpenWriteAsync(key, options, cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await write(writer.Stream).ConfigureAwait(false);

            // A callback that has returned without writing stores an empty object.
            await writer.Stream.WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
