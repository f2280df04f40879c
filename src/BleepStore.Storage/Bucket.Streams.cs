using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Opens an object as a seekable, read-only, asynchronous stream. It reads ahead only what is asked for, from the revision that was
    /// there when it was opened.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the opening; reading has tokens of its own.</param>
    /// <returns>The stream. Reads throw <see cref="StorageException"/>, with <see cref="StorageErrorCode.PreconditionFailed"/> when the
    /// object was replaced since; synchronous reads throw <see cref="NotSupportedException"/>. Not thread-safe.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchKey"/>.</exception>
    public virtual async Task<Stream> OpenReadAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectProperties properties = await HeadAsync(key, options: null, cancellationToken).ConfigureAwait(false);
        return new SeekableReadStream(properties.Size, async (position, token) =>
        {
            var rest = new GetOptions { Range = ByteRange.From(position), IfRevision = properties.Revision };
            return (await GetAsync(key, rest, token).ConfigureAwait(false)).Content;
        });
    }

    /// <summary>
    /// Opens a stream whose bytes become an object when they are committed. Nothing is visible before; disposing without commit leaves the
    /// old object.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Attributes, conditions, checks. Default: none.</param>
    /// <param name="cancellationToken">Stops the whole write, up to the commit.</param>
    /// <returns>The writer. Dispose it, committed or not.</returns>
    /// <exception cref="ArgumentException">A condition or an attribute breaks its rule.</exception>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>, <see cref="StorageErrorCode.MetadataTooLarge"/>. All
    /// else shows when the stream is written to or committed.</exception>
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
}
