using BleepStore.Storage.Backends;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Copies;

namespace BleepStore.Storage;

public partial class Bucket
{
    /// <summary>Copies an object within this bucket, on the server. All else is as for the other overload.</summary>
    /// <example>
    /// <code>
    /// await bucket.CopyAsync("2026/cat.jpg", "2027/cat.jpg");
    /// </code>
    /// </example>
    /// <param name="sourceKey">The key to copy from. The destination itself is allowed.</param>
    /// <param name="key">The key to copy to.</param>
    /// <param name="options">
    /// The attributes of the copy, and the conditions on both sides. By default the attributes are kept and there are no conditions.
    /// </param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>The properties of the copy.</returns>
    /// <exception cref="StorageException">As the other overload.</exception>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public virtual Task<ObjectProperties> CopyAsync(
        string sourceKey, string key, CopyOptions? options = null, CancellationToken cancellationToken = default) =>
        CopyAsync(new ObjectAddress(Name, sourceKey), key, options, cancellationToken);

    /// <summary>
    /// Copies an object of this store to a key of this bucket, on the server. No byte passes through the client, whatever the size. The
    /// copy is complete when the method returns. The source is pinned to the revision at the beginning of the call. On failure the
    /// destination is unchanged.
    /// </summary>
    /// <param name="source">Bucket and key to copy from. Copying onto the source itself is allowed.</param>
    /// <param name="key">The key to copy to.</param>
    /// <param name="options">
    /// The attributes of the copy, and the conditions on both sides. By default the attributes are kept and there are no conditions.
    /// </param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>The properties of the copy.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/> for the source, <see cref="StorageErrorCode.PreconditionFailed"/> for a condition on either
    /// side or a source that changed in the meantime, <see cref="StorageErrorCode.MetadataTooLarge"/>,
    /// <see cref="StorageErrorCode.InsufficientStorage"/>, <see cref="StorageErrorCode.NotSupported"/>.
    /// </exception>
    public virtual Task<ObjectProperties> CopyAsync(
        ObjectAddress source, string key, CopyOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Copy,
            Name,
            key,
            (Bucket: this, Source: source, Key: key, Options: options ?? new CopyOptions()),
            static (state, token) => state.Bucket.CopyCoreAsync(OperationNames.Copy, state.Source, state.Key, state.Options, token),
            cancellationToken);

    /// <summary>Moves an object within this bucket. All else is as for the other overload.</summary>
    /// <example>
    /// <code>
    /// await bucket.MoveAsync("2026/cat.jpg", "archive/cat.jpg");
    /// </code>
    /// </example>
    /// <param name="sourceKey">The key to move from.</param>
    /// <param name="key">The key to move to. An object there is replaced.</param>
    /// <param name="options">The attributes, the conditions, and whether a race is allowed. The default is none.</param>
    /// <param name="cancellationToken">Stops the move. The source is deleted only after the copy is complete.</param>
    /// <returns>The properties of the object at its new key.</returns>
    /// <exception cref="StorageException">As the other overload.</exception>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public virtual Task<ObjectProperties> MoveAsync(
        string sourceKey, string key, MoveOptions? options = null, CancellationToken cancellationToken = default) =>
        MoveAsync(new ObjectAddress(Name, sourceKey), key, options, cancellationToken);

    /// <summary>
    /// Moves an object of this store to a key of this bucket. It copies the object, then deletes the source if the source still has the
    /// copied revision. A move is not atomic, so for a moment both objects exist. A move onto itself only sets the given attributes.
    /// </summary>
    /// <param name="source">Bucket and key to move from.</param>
    /// <param name="key">The key to move to. An object there is replaced.</param>
    /// <param name="options">The attributes, the conditions, and whether a race is allowed. The default is none.</param>
    /// <param name="cancellationToken">Stops the move. The source is deleted only after the copy is complete.</param>
    /// <returns>The properties of the object at its new key.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchKey"/>. <see cref="StorageErrorCode.PreconditionFailed"/> when a condition does not hold. Nothing
    /// has changed then. The same code when the source changed during the move. The copy exists then, and the newer source stays.
    /// <see cref="StorageErrorCode.NotSupported"/> where the upstream cannot delete under a condition
    /// (<see cref="StorageCapabilities.DeletesConditionally"/>) and <see cref="MoveOptions.AllowRace"/> is not set. Nothing has changed
    /// then.
    /// </exception>
    /// <exception cref="ArgumentException">An option breaks its rule.</exception>
    public virtual Task<ObjectProperties> MoveAsync(
        ObjectAddress source, string key, MoveOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.Move,
            Name,
            key,
            (Bucket: this, Source: source, Key: key, Options: options ?? MoveOptions.Default),
            static (state, token) => state.Bucket.MoveCoreAsync(state.Source, state.Key, state.Options, token),
            cancellationToken);

    private async ValueTask<ObjectProperties> MoveCoreAsync(
        ObjectAddress source, string key, MoveOptions options, CancellationToken cancellationToken)
    {
        CheckAddress(source);
        CheckKey(key);
        WriteCondition condition = ToCondition(options.IfAbsent, options.IfMatch, options.IfRevision);
        ReadConditions conditions = ToConditions(options.SourceIfMatch, ifNoneMatch: null, ifModifiedSince: null, ifUnmodifiedSince: null);
        var revision = new WriteCondition { IfRevision = OpaqueStrings.Revision(options.SourceIfRevision) };

        bool deletesConditionally = await RequireMovesAsync(source.Bucket, options, cancellationToken).ConfigureAwait(false);
        Operations operations = Context.Operations;
        StoredObject stored = await operations.RunStepAsync(
            OperationNames.Move,
            source,
            (Bucket: this, Source: source),
            static (state, token) => state.Bucket.HeadStoredAsync(state.Source, isForWrite: true, token),
            cancellationToken).ConfigureAwait(false);
        ObjectProperties found = stored.Properties;
        revision.ThrowIfNotMet(found);
        conditions.ThrowIfNotMet(found);
        var destination = new ObjectAddress(Name, key);
        bool isItself = source == destination;
        if (isItself && options.Attributes is null)
        {
            condition.ThrowIfNotMet(found);
            return found;
        }

        CopyOptions copy = options.ToCopy() with { SourceIfRevision = found.Revision };
        ObjectProperties moved = await CopyCoreAsync(OperationNames.Move, source, key, copy, cancellationToken).ConfigureAwait(false);
        if (isItself)
        {
            return moved;
        }

        var copied = new WriteCondition { IfRevision = found.Revision };
        if (!deletesConditionally)
        {
            await LookBeforeDeleteAsync(source, copied, cancellationToken).ConfigureAwait(false);
            copied = default;
        }

        return await operations.RunStepAsync(
            OperationNames.Move,
            source,
            (Deletes, Source: source, Condition: copied, Moved: moved),
            static async (state, token) =>
            {
                await state.Deletes.DeleteAsync(state.Source, state.Condition, token).ConfigureAwait(false);
                return state.Moved;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks the source of a move to another store, as a move within one store is checked.</summary>
    /// <param name="key">The source's key, which a failure names.</param>
    /// <param name="options">Whether a race is allowed.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>Whether the source can be deleted under a condition. Of a fake it is assumed.</returns>
    internal async ValueTask<bool> RequireMovesFromAsync(string key, MoveOptions options, CancellationToken cancellationToken) =>
        _context is null || await _context.Operations.RunStepAsync(
            OperationNames.Move,
            new ObjectAddress(Name, key),
            (Bucket: this, Options: options),
            static (state, token) => state.Bucket.RequireMovesAsync(state.Bucket.Name, state.Options, token).AsTask(),
            cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Returns whether two stores lead to the same object, when neither revisions nor dates can tell. On S3 a copy over its own source
    /// within the same second keeps both. The write token decides.
    /// </summary>
    /// <param name="key">The key here.</param>
    /// <param name="copy">The bucket and key of a copy that was just created.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    internal async ValueTask<bool> IsSameObjectAsync(string key, (Bucket Bucket, string Key) copy, CancellationToken cancellationToken)
    {
        if (_context is not { Capabilities.RevisionsRepeat: true } || copy.Bucket._context is null)
        {
            return false;
        }

        StoredObject made = await HeadStepAsync(copy.Bucket, copy.Key, cancellationToken).ConfigureAwait(false);
        StoredObject source = await HeadStepAsync(this, key, cancellationToken).ConfigureAwait(false);
        return source.WriteToken is { } token && made.MadeBy(token) is not null;
    }

    private static Task<StoredObject> HeadStepAsync(Bucket bucket, string key, CancellationToken cancellationToken) =>
        bucket.Context.Operations.RunStepAsync(
            OperationNames.Move,
            new ObjectAddress(bucket.Name, key),
            (Bucket: bucket, Key: key),
            static (state, token) => state.Bucket.HeadStoredAsync(new ObjectAddress(state.Bucket.Name, state.Key), isForWrite: true, token),
            cancellationToken);

    /// <summary>Refuses a move whose source could be deleted only in a race, unless the caller allows it.</summary>
    /// <returns>Whether the source can be deleted under a condition.</returns>
    private async ValueTask<bool> RequireMovesAsync(string source, MoveOptions options, CancellationToken cancellationToken)
    {
        bool deletesConditionally = await Deletes.DeletesConditionallyAsync(source, cancellationToken).ConfigureAwait(false);
        if (!deletesConditionally && !options.AllowRace)
        {
            throw Deletes.CannotDeleteConditionally(
                $"To move anyway, set {nameof(MoveOptions)}.{nameof(MoveOptions.AllowRace)}. A write to the source during the move can " +
                "then be lost.");
        }

        return deletesConditionally;
    }

    /// <summary>Makes the race that <see cref="MoveOptions.AllowRace"/> allows as short as it can be.</summary>
    private async Task LookBeforeDeleteAsync(ObjectAddress source, WriteCondition copied, CancellationToken cancellationToken)
    {
        try
        {
            copied.ThrowIfNotMet((await HeadStoredAsync(source, isForWrite: true, cancellationToken).ConfigureAwait(false)).Properties);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Another client deleted the source, so nothing is left to delete.
        }
    }

    private async ValueTask<ObjectProperties> CopyCoreAsync(
        string operation, ObjectAddress source, string key, CopyOptions options, CancellationToken cancellationToken)
    {
        CheckAddress(source);
        CheckKey(key);
        var copy = new ObjectCopy
        {
            Operation = operation,
            Source = source,
            Destination = new ObjectAddress(Name, key),
            SourceConditions = ToConditions(
                options.SourceIfMatch, options.SourceIfNoneMatch, options.SourceIfModifiedSince, options.SourceIfUnmodifiedSince),
            SourceRevision = OpaqueStrings.Revision(options.SourceIfRevision),
            Attributes = options.Attributes is { } replacement ? Attributes.Check(replacement) : null,
            Condition = ToCondition(options.IfAbsent, options.IfMatch, options.IfRevision),
        };
        return await new CopyTransfer(Context, Writes).RunAsync(copy, cancellationToken).ConfigureAwait(false);
    }

    private void CheckAddress(ObjectAddress source)
    {
        ArgumentNullException.ThrowIfNull(source.Bucket, nameof(source));
        BucketNames.Check(source.Bucket);
        Keys.Check(source.Key, Context.Capabilities.MaxKeyBytes, nameof(source));
    }
}
