using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Engine;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Writes and deletes objects on the condition that they have not changed. Not every upstream supports such conditions. There the object is
/// read just before, if the caller allows that.
/// </summary>
/// <param name="place">The target.</param>
/// <param name="rules">Whether conditions are supported, and whether a race is allowed.</param>
internal sealed class ObjectWrites(BucketPlace place, TransferRules rules)
{
    /// <summary>Writes an object.</summary>
    /// <param name="found">The object that was found.</param>
    /// <param name="name">The name.</param>
    /// <param name="write">Receives whether no object may exist, and which revision must exist.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    public async Task WriteAsync(SyncItem? found, string name, Func<bool, string?, Task> write, CancellationToken cancellationToken)
    {
        if (!rules.IsConditional)
        {
            await write(false, null).ConfigureAwait(false);
            return;
        }

        try
        {
            await write(found is null, found?.Object!.Revision).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotSupported)
        {
            RequireRace(error, name);
            await RequireAsync(found, name, cancellationToken).ConfigureAwait(false);
            await write(false, null).ConfigureAwait(false);
        }
    }

    public async Task DeleteAsync(SyncItem found, CancellationToken cancellationToken)
    {
        string key = place.KeyOf(found.Name);
        try
        {
            var condition = new DeleteOptions { IfRevision = found.Object!.Revision };
            await place.Objects.DeleteAsync(key, condition, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotSupported)
        {
            RequireRace(error, found.Name);
            await RequireAsync(found, found.Name, cancellationToken).ConfigureAwait(false);
            await place.Objects.DeleteAsync(key, options: null, cancellationToken).ConfigureAwait(false);
        }
    }

    private void RequireRace(StorageException error, string name)
    {
        if (!rules.AllowsRace)
        {
            throw place.Objects.At(
                error.Operation ?? OperationNames.Put,
                place.KeyOf(name),
                UpstreamErrors.Recode(
                    error,
                    StorageErrorCode.NotSupported,
                    "The upstream has no such condition, so another client's change could be lost. "
                    + $"To continue anyway, set {nameof(SyncOptions)}.{nameof(SyncOptions.AllowRace)}."));
        }
    }

    private async Task RequireAsync(SyncItem? found, string name, CancellationToken cancellationToken)
    {
        string key = place.KeyOf(name);
        if (found is not null)
        {
            var condition = new HeadOptions { IfRevision = found.Object!.Revision };
            await place.Objects.HeadAsync(key, condition, cancellationToken).ConfigureAwait(false);
        }
        else if (await place.Objects.ExistsAsync(key, cancellationToken).ConfigureAwait(false))
        {
            throw place.Objects.At(
                OperationNames.Put,
                key,
                new StorageException(
                    StorageErrorCode.PreconditionFailed, "The object was written since it was read. Plan again."));
        }
    }
}
