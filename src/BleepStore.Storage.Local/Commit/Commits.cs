using System.Buffers.Text;
using System.Security.Cryptography;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local.Commit;

/// <summary>
/// Turns files into objects, and deletes objects. The order makes a crash harmless at every point. Bytes and record reach the disk before
/// the name. The name reaches the disk before the caller is told.
/// </summary>
internal sealed class Commits(
    LocalRoot root, Workspace workspace, RecordKeeper records, ObjectFiles files, Doubts doubts, Durability durability)
{
    /// <summary>
    /// The most attempts in a row that other writers can disturb. Each disturbance means that another writer has finished something. So
    /// only an entry in the way that is no object uses up all attempts.
    /// </summary>
    private const int MostAttempts = 1000;

    private readonly Folders _folders = new(root, durability);
    private readonly Conversions _conversions = new(root, workspace, durability);

    private bool Flushes => durability == Durability.Full;

    /// <summary>Commits a file whose bytes are complete.</summary>
    /// <param name="temp">The file.</param>
    /// <param name="made">The object that the file becomes.</param>
    /// <param name="condition">The condition of the write.</param>
    /// <param name="cancellationToken">Observed until the commit begins.</param>
    public async Task<ObjectProperties> RunAsync(
        TempFile temp, NewObject made, WriteCondition condition, CancellationToken cancellationToken)
    {
        LocalErrors.Check(temp.Handle.Stat(out FileStatus status), "Writing the object");
        ObjectRecord record = RecordOf(made, status);
        bool isDoubtful = await records.WriteAsync(made.Place, temp.Handle, status.Inode, record, cancellationToken).ConfigureAwait(false);
        try
        {
            // Bytes and record are on the disk then, and only the name is missing.
            LocalErrors.Check(Flushes ? temp.Handle.Flush() : DiskError.None, "Flushing the object");
            await PlaceAsync(temp, made, condition, cancellationToken).ConfigureAwait(false);
            return ObjectFile.Describe(made.Place.Key, status, record);
        }
        finally
        {
            if (isDoubtful && temp.IsPlaced)
            {
                records.Trust(made.Place, status.Inode);
            }
            else if (isDoubtful)
            {
                records.Forget(made.Place, status.Inode);
            }
        }
    }

    private static ObjectRecord RecordOf(NewObject made, in FileStatus status)
    {
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        return new ObjectRecord
        {
            Size = status.Size,
            Modified = status.Modified,
            File = FileIdentity.Of(status),
            WriteId = Base64Url.EncodeToString(random),
            ETag = made.ETag,
            Parts = made.Parts,
            WriteToken = made.WriteToken,
            Attributes = made.Attributes,
        };
    }

    /// <summary>Tests the condition and moves a sealed file into its place, in one step against all other writers of the key.</summary>
    private async Task PlaceAsync(TempFile temp, NewObject made, WriteCondition condition, CancellationToken cancellationToken)
    {
        DiskError error = DiskError.None;
        var held = default(HeldFile);
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            error = await TryPlaceAsync(temp, made, condition, cancellationToken).ConfigureAwait(false);
            switch (error)
            {
                case DiskError.None:
                    return;
                case DiskError.InUse:
                    await doubts.SettleAsync(made.Place, cancellationToken).ConfigureAwait(false);
                    break;
                case DiskError.HeldOpen:
                    await held.WaitAsync("Moving the object into its place", cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        throw LocalErrors.From(error, "Moving the object into its place");
    }

    /// <returns>
    /// <see cref="DiskError.InUse"/> when the ETag of the present object is in doubt. <see cref="DiskError.HeldOpen"/> when another program
    /// holds a file open. Every other error means that something changed. The caller retries in all cases.
    /// </returns>
    private async Task<DiskError> TryPlaceAsync(
        TempFile temp, NewObject made, WriteCondition condition, CancellationToken cancellationToken)
    {
        DiskFolder? folder = null;
        try
        {
            DiskError error;
            using (await workspace.Locks.LockKeyAsync(made.Place, cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _conversions.Settle(made.Place);
                error = TryRequireCondition(made.Place, condition) ? TryPlace(temp, made.Place, out folder) : DiskError.InUse;
            }

            if (error == DiskError.None)
            {
                Flush(folder!, made.Place, made.WriteToken);
            }
            else if (error == DiskError.NotAFolder)
            {
                await _conversions.ConvertAboveAsync(made.Place, cancellationToken).ConfigureAwait(false);
            }

            return error;
        }
        catch (StorageException held) when (LocalErrors.IsHeldOpen(held))
        {
            return DiskError.HeldOpen;
        }
        finally
        {
            folder?.Dispose();
        }
    }

    /// <summary>Deletes an object, if there is one.</summary>
    public async Task DeleteAsync(Place place, WriteCondition condition, CancellationToken cancellationToken)
    {
        var held = default(HeldFile);
        while (true)
        {
            DiskError error;
            try
            {
                error = await TryDeleteAsync(place, condition, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException other) when (LocalErrors.IsHeldOpen(other))
            {
                error = DiskError.HeldOpen;
            }

            if (error == DiskError.None)
            {
                return;
            }

            if (error == DiskError.HeldOpen)
            {
                await held.WaitAsync("Deleting the object", cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await doubts.SettleAsync(place, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>
    /// <see cref="DiskError.None"/> when the object no longer exists. <see cref="DiskError.InUse"/> when its ETag is in doubt, and must be
    /// proved before the comparison. <see cref="DiskError.HeldOpen"/> when another program has the file open.
    /// </returns>
    private async Task<DiskError> TryDeleteAsync(Place place, WriteCondition condition, CancellationToken cancellationToken)
    {
        DiskFolder folder;
        bool inFolder;
        using (await workspace.Locks.LockKeyAsync(place, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _conversions.Settle(place);
            if (!TryRequireCondition(place, condition))
            {
                return DiskError.InUse;
            }

            Target target = Find(place);
            folder = target.Folder;
            inFolder = target.Name == LocalNames.Self;
            ulong inode = target.Old?.Inode ?? 0;
            DiskError error = DiskError.NotFound;
            if (target.Old is not null)
            {
                records.Doubt(place, inode);
                error = Remove(folder, target.Name);
            }

            if (error != DiskError.None)
            {
                folder.Dispose();
                if (target.Old is not null)
                {
                    records.Trust(place, inode);
                }

                if (error == DiskError.HeldOpen)
                {
                    return error;
                }

                LocalErrors.Check(error is DiskError.NotFound or DiskError.NotAFolder ? DiskError.None : error, "Deleting the object");
                root.RequireBucket(place.Bucket);
                return DiskError.None;
            }

            records.Forget(place, inode);
        }

        using (folder)
        {
            Flush(folder, place, writeToken: null);
        }

        _folders.Prune(inFolder ? place with { Path = place.SelfPath } : place);
        return DiskError.None;
    }

    private DiskError Remove(DiskFolder folder, string name)
    {
        if (!root.Layer.KeepsDeletedNames)
        {
            return folder.RemoveFile(name);
        }

        DiskError error = workspace.Take(folder, name, out string here);
        if (error is not (DiskError.None or DiskError.HeldOpen))
        {
            // The file is on another file system, a cleaner has deleted the temporary files, or there is no file.
            return folder.RemoveFile(name);
        }

        if (error == DiskError.None && workspace.Folder.RemoveFile(here) == DiskError.IsAFolder)
        {
            // Another program has put a folder there.
            _ = workspace.Folder.Move(here, folder, name);
            return DiskError.IsAFolder;
        }

        // A file that cannot be deleted now is deleted with the folder of temporary files.
        return error;
    }

    /// <returns>
    /// <see cref="DiskError.NotFound"/> or <see cref="DiskError.IsAFolder"/> when something changed. The caller retries.
    /// <see cref="DiskError.HeldOpen"/> when another program has the old file open. <see cref="DiskError.NotAFolder"/> when an object
    /// stands where a folder is needed.
    /// </returns>
    private DiskError TryPlace(TempFile temp, Place place, out DiskFolder folder)
    {
        Target target = Find(place);
        if (target.Error == DiskError.NotFound)
        {
            DiskError made = _folders.Make(place);
            if (made != DiskError.None)
            {
                folder = target.Folder;
                return made;
            }

            target = Find(place);
        }

        folder = target.Folder;
        if (target.Error != DiskError.None)
        {
            return target.Error;
        }

        if (target.Old is { } doubtful)
        {
            records.Doubt(place, doubtful.Inode);
        }

        DiskError error = temp.MoveTo(folder, target.Name);
        if (target.Old is { } old && error == DiskError.None)
        {
            records.Forget(place, old.Inode);
        }
        else if (target.Old is { } kept)
        {
            records.Trust(place, kept.Inode);
        }

        bool isTriedAgain = error is DiskError.NotFound or DiskError.IsAFolder or DiskError.HeldOpen;
        LocalErrors.Check(isTriedAgain ? DiskError.None : error, "Moving the object into its place");
        return error;
    }

    /// <returns>Whether the condition was tested. An ETag in doubt must be proved before the test.</returns>
    private bool TryRequireCondition(Place place, WriteCondition condition)
    {
        if (!condition.IsNone)
        {
            using ObjectFile? current = files.TryOpen(place);
            if (current is null)
            {
                // A missing bucket is reported before a condition that does not hold.
                root.RequireBucket(place.Bucket);
            }

            if (current is { IsInDoubt: true } && condition.IfMatch is not (null or "*"))
            {
                return false;
            }

            condition.ThrowIfNotMet(current?.Properties);
        }

        return true;
    }

    /// <summary>Finds the path of the object. The object is under its own name, or in the folder that has the name.</summary>
    private Target Find(Place place)
    {
        DiskError error = root.OpenFolder(place.Folder, out DiskFolder folder);
        string name = place.Name;
        FileStatus status = default;
        DiskError found = error == DiskError.None ? folder.Stat(name, out status) : DiskError.NotFound;
        if (found == DiskError.None && status.IsFolder)
        {
            folder.Dispose();
            error = root.OpenFolder(place.Path, out folder);
            name = LocalNames.Self;
            status = default;
            found = error == DiskError.None ? folder.Stat(name, out status) : DiskError.NotFound;
        }

        // Only these two errors mean that the object does not exist. Any other error leaves the question open.
        error = error == DiskError.None && found is not (DiskError.None or DiskError.NotFound or DiskError.NotAFolder) ? found : error;
        if (error is not (DiskError.None or DiskError.NotFound or DiskError.NotAFolder))
        {
            folder.Dispose();
            throw LocalErrors.From(error, "Opening the object's folder");
        }

        if (status.Inode != 0 && !status.IsFile)
        {
            folder.Dispose();
            throw LocalErrors.NotAFile();
        }

        return new Target(error, folder, name, status.Inode != 0 ? status : null);
    }

    /// <summary>
    /// Flushes the new name to the disk. After a failure the object is in its place all the same, but a loss of power can undo the change.
    /// The core would recognise a write by its token and report a success. So only a write without a token is reported with an unknown
    /// outcome.
    /// </summary>
    private void Flush(DiskFolder folder, Place place, string? writeToken)
    {
        DiskError error = Flushes ? folder.Flush() : DiskError.None;
        error = error is DiskError.NotFound or DiskError.NotAFolder ? FlushAbove(place.Path) : error;
        if (error != DiskError.None)
        {
            throw LocalErrors.From(error, "Flushing the object's folder, after the change was made,", isOutcomeUnknown: writeToken is null);
        }
    }

    /// <summary>
    /// Flushes the nearest folder that is left. A layer that knows folders by their paths finds none when another write has emptied and
    /// removed the folder since, or has made an object of it. The folder above then tells what happened.
    /// </summary>
    private DiskError FlushAbove(string path)
    {
        DiskError error = DiskError.NotFound;
        for (int slash = path.LastIndexOf('/');
            slash > 0 && error is DiskError.NotFound or DiskError.NotAFolder;
            slash = path.LastIndexOf('/', slash - 1))
        {
            error = root.OpenFolder(path[..slash], out DiskFolder above);
            using (above)
            {
                error = error == DiskError.None ? above.Flush() : error;
            }
        }

        return error;
    }

    private readonly record struct Target(DiskError Error, DiskFolder Folder, string Name, FileStatus? Old);
}
