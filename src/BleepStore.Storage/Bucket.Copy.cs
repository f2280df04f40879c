using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Diagnostics;
using BleepStore.Storage.Transfer;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>
    /// Copies an object of this store to a key of this bucket, on the server: no byte passes through the client, whatever the size. Done when it
    /// returns. The source is pinned to the revision that was there at the beginning; on failure the destination is untouched.
    /// </summary>
    /// <param name="source">Bucket and key to copy from. The destination itself is allowed.</param>
    /// <param name="key">The key to copy to.</param>
    /// <param name="options">What becomes of the attributes, and conditions on both sides. Default: they are kept, no conditions.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>The properties of the copy.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/> for the source, <see cref="StorageErrorCode.PreconditionFailed"/> for a condition on either side or a source that changed
    /// in the meantime, <see cref="StorageErrorCode.MetadataTooLarge"/>, <see cref="StorageErrorCode.InsufficientStorage"/>, <see cref="StorageErrorCode.NotSupported"/>.
    /// </exception>
    public virtual Task<ObjectProperties> CopyAsync(ObjectAddress source, string key, CopyOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Copy,
            Name,
            key,
            (Bucket: this, Source: source, Key: key, Options: options ?? new CopyOptions()),
            static (state, token) => state.Bucket.CopyCoreAsync(OperationNames.Copy, state.Source, state.Key, state.Options, token),
            cancellationToken);

    /// <summary>
    /// Moves an object within the bucket: copies it, then deletes the source if it is still the revision that was copied. Not atomic: for a moment both are
    /// there. Onto itself it does nothing.
    /// </summary>
    /// <param name="sourceKey">The key to move from.</param>
    /// <param name="key">The key to move to; an object there is replaced.</param>
    /// <param name="cancellationToken">Stops the move; the source is deleted only after the copy is done.</param>
    /// <returns>The properties of the object at its new key.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>; <see cref="StorageErrorCode.PreconditionFailed"/> when the source changed in the meantime: then the copy
    /// is there and the newer source stays; <see cref="StorageErrorCode.NotSupported"/> where <see cref="StorageCapabilities.DeletesConditionally"/> is <see langword="false"/>, and nothing was done.
    /// </exception>
    public virtual Task<ObjectProperties> MoveAsync(string sourceKey, string key, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Move,
            Name,
            key,
            (Bucket: this, SourceKey: sourceKey, Key: key),
            static async (state, token) =>
            {
                Bucket bucket = state.Bucket;
                bucket.CheckKey(state.SourceKey);
                bucket.CheckKey(state.Key);
                await bucket.Writes.RequireConditionalDeleteAsync(bucket.Name, token).ConfigureAwait(false);
                var address = new ObjectAddress(bucket.Name, state.SourceKey);
                Operations operations = bucket.Context.Operations;
                StoredObject source = await operations.RunStepAsync(
                    OperationNames.Move,
                    address,
                    (Bucket: bucket, Key: state.SourceKey),
                    static (state, token) => state.Bucket.HeadStoredAsync(state.Key, token),
                    token).ConfigureAwait(false);
                if (string.Equals(state.SourceKey, state.Key, StringComparison.Ordinal))
                {
                    return source.Properties;
                }

                var pinned = new CopyOptions { SourceIfRevision = source.Properties.Revision };
                ObjectProperties moved = await bucket.CopyCoreAsync(OperationNames.Move, address, state.Key, pinned, token).ConfigureAwait(false);
                var copied = new WriteCondition { IfRevision = source.Properties.Revision };
                return await operations.RunStepAsync(
                    OperationNames.Move,
                    address,
                    (bucket.Writes, Address: address, Condition: copied, Moved: moved),
                    static async (state, token) =>
                    {
                        await state.Writes.DeleteAsync(state.Address, state.Condition, token).ConfigureAwait(false);
                        return state.Moved;
                    },
                    token).ConfigureAwait(false);
            },
            cancellationToken);

    private async ValueTask<ObjectProperties> CopyCoreAsync(
        string operation, ObjectAddress source, string key, CopyOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source.Bucket, nameof(source));
        BucketNames.Check(source.Bucket);
        Keys.Check(source.Key, Context.Capabilities.MaxKeyBytes, nameof(source));
        CheckKey(key);
        var copy = new ObjectCopy
        {
            Operation = operation,
            Source = source,
            Destination = new ObjectAddress(Name, key),
            SourceConditions = ToConditions(options.SourceIfMatch, options.SourceIfNoneMatch, options.SourceIfModifiedSince, options.SourceIfUnmodifiedSince),
            SourceRevision = OpaqueStrings.Revision(options.SourceIfRevision),
            Attributes = options.Attributes is { } replacement ? Attributes.Check(replacement) : null,
            Condition = ToCondition(options.IfMatch, options.IfNoneMatch, options.IfRevision),
        };
        return await new CopyTransfer(Context, Writes).RunAsync(copy, cancellationToken).ConfigureAwait(false);
    }
}
