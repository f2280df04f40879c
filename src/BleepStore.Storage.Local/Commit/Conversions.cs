using System.Text;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Commit;

/// <summary>Turns objects into folders when other keys need folders in their place.</summary>
internal sealed class Conversions(LocalRoot root, Workspace workspace, Durability durability)
{
    /// <summary>The most attempts that others can disturb by a folder of the object's name, at the moment when the name is free.</summary>
    private const int MostAttempts = 1000;

    private bool Flushes => durability == Durability.Full;

    /// <summary>
    /// Turns every object that stands in the place of a folder into a folder with that object in it. Readers find the object at every
    /// moment. The folder is made elsewhere, with the file linked into it. Then folder and file are
    /// <see cref="ConvertByExchange">exchanged in one step</see>, or <see cref="ConvertInSteps">in several</see>.
    /// </summary>
    /// <param name="place">The place that needs the folders. The caller must hold no lock on a key.</param>
    /// <param name="cancellationToken">Stops the conversion between two objects.</param>
    public async Task ConvertAboveAsync(Place place, CancellationToken cancellationToken)
    {
        for (int slash = place.Key.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = place.Key.IndexOf('/', slash + 1))
        {
            Place above = root.Locate(place.Bucket, place.Key[..slash]);
            using (await workspace.Locks.LockKeyAsync(above, cancellationToken).ConfigureAwait(false))
            {
                Settle(above);
                Convert(above);
            }
        }
    }

    /// <summary>
    /// Resumes an interrupted conversion. The caller holds the key's lock, so nobody else is converting the object at this moment.
    /// </summary>
    public void Settle(Place place)
    {
        if (root.IsPortable && root.OpenFolder(place.Folder, out DiskFolder parent) is var error)
        {
            using (parent)
            {
                if (error == DiskError.None && parent.Stat(place.MovingName, out FileStatus moving) == DiskError.None && moving.IsFolder)
                {
                    Finish(parent, place);
                }
            }
        }
    }

    private void Convert(Place place)
    {
        if (root.OpenFolder(place.Folder, out DiskFolder parent) is var error and not DiskError.None)
        {
            LocalErrors.Check(error is DiskError.NotFound or DiskError.NotAFolder ? DiskError.None : error, "Opening the object's folder");
            return;
        }

        using (parent)
        {
            if (parent.Stat(place.Name, out FileStatus status) != DiskError.None || status.IsFolder)
            {
                return;
            }

            if (!status.IsFile)
            {
                throw LocalErrors.NotAFile();
            }

            string temp = workspace.NewName();
            LocalErrors.Check(workspace.Folder.MakeFolder(temp), "Making a folder");
            LocalErrors.Check(workspace.Folder.OpenFolder(temp, out DiskFolder folder), "Opening a folder");
            using (folder)
            {
                if (root.Layer.CanExchange)
                {
                    ConvertByExchange(parent, place.Name, folder, temp);
                }
                else
                {
                    ConvertInSteps(parent, place, folder, temp);
                }
            }
        }
    }

    /// <summary>Exchanges the object and a folder with the object in it.</summary>
    /// <param name="parent">The folder of the object.</param>
    /// <param name="name">The object's name there.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="temp">The name of the empty folder among the temporary files.</param>
    private void ConvertByExchange(DiskFolder parent, string name, DiskFolder folder, string temp)
    {
        DiskError error = parent.Link(name, folder, LocalNames.Self);
        error = error == DiskError.None && Flushes ? folder.Flush() : error;
        error = error == DiskError.None ? workspace.Folder.Exchange(temp, parent, name) : error;
        if (error != DiskError.None)
        {
            _ = folder.RemoveFile(LocalNames.Self);
            _ = workspace.Folder.RemoveFolder(temp);
            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Turning an object into a folder");
            return;
        }

        // The exchange usually brings out the linked file itself. The move of a file onto itself does nothing, so the link is removed. But
        // another program can have put a new file there in between. The exchange then brings out the new file, which takes its place in the
        // folder.
        _ = workspace.Folder.Move(temp, folder, LocalNames.Self);
        _ = workspace.Folder.RemoveFile(temp);
        LocalErrors.Check(Flushes ? parent.Flush() : DiskError.None, "Flushing a folder");
    }

    /// <summary>
    /// Converts without an exchange. The folder is put beside the object under a name of its own (<see cref="Layout.Place.MovingPath"/>).
    /// Then the object's name is removed, and the folder gets the name. Readers that find nothing under the one name look under the other.
    /// A crash between two steps leaves the object under one of the two names. The next writer of the key resumes the conversion.
    /// </summary>
    private void ConvertInSteps(DiskFolder parent, Place place, DiskFolder folder, string temp)
    {
        DiskError error = parent.Link(place.Name, folder, LocalNames.Self);
        bool cannotLink = error is DiskError.NotSupported or DiskError.NotPermitted or DiskError.AccessDenied or DiskError.Invalid
            or DiskError.TooManyLinks;
        error = cannotLink ? DiskError.None : error;
        error = error == DiskError.None ? WriteName(folder, place.Name) : error;
        error = error == DiskError.None && Flushes ? folder.Flush() : error;
        error = error == DiskError.None ? workspace.Folder.Move(temp, parent, place.MovingName) : error;
        if (error != DiskError.None)
        {
            FolderTree.Delete(workspace.Folder, temp);
            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Turning an object into a folder");
            return;
        }

        if (cannotLink)
        {
            MoveBeside(parent, place);
        }

        Finish(parent, place);
    }

    /// <summary>Moves an object into the folder beside it, on a file system where a file has one name alone.</summary>
    private void MoveBeside(DiskFolder parent, Place place)
    {
        DiskError error = parent.OpenFolder(place.MovingName, out DiskFolder moving);
        using (moving)
        {
            if (error == DiskError.None)
            {
                error = parent.Move(place.Name, moving, LocalNames.Self);
                if (error is not (DiskError.None or DiskError.NotFound))
                {
                    _ = RemoveRest(parent, place, moving);
                }
            }

            // After the move the folder must stay, because it holds the object. The next writer of the key goes on with it.
            error = error == DiskError.None && Flushes ? moving.Flush() : error;
            LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Turning an object into a folder");
        }
    }

    private DiskError WriteName(DiskFolder folder, string name)
    {
        DiskError error = folder.MakeFile(LocalNames.Moving, out DiskFile file);
        using (file)
        {
            error = error == DiskError.None ? file.Write(Encoding.UTF8.GetBytes(name), 0) : error;
            return error == DiskError.None && Flushes ? file.Flush() : error;
        }
    }

    /// <summary>Gives the object's name to a folder that stands beside the object.</summary>
    private void Finish(DiskFolder parent, Place place)
    {
        DiskError error = Flushes ? parent.Flush() : DiskError.None;
        LocalErrors.Check(error, "Flushing a folder");
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            error = TryFinish(parent, place);
            if (error is not (DiskError.NotEmpty or DiskError.Exists or DiskError.IsAFolder or DiskError.NotAFolder))
            {
                break;
            }
        }

        LocalErrors.Check(error == DiskError.NotFound ? DiskError.None : error, "Turning an object into a folder");
        LocalErrors.Check(Flushes ? parent.Flush() : DiskError.None, "Flushing a folder");
    }

    /// <returns>
    /// <see cref="DiskError.NotEmpty"/> or a similar error when others have made or removed a folder of the object's name, at the moment
    /// when the name was free. The caller retries.
    /// </returns>
    private DiskError TryFinish(DiskFolder parent, Place place)
    {
        DiskError error = parent.OpenFolder(place.MovingName, out DiskFolder moving);
        using (moving)
        {
            if (error != DiskError.None)
            {
                return error;
            }

            if (moving.Stat(LocalNames.Self, out FileStatus self) == DiskError.NotFound)
            {
                return RemoveRest(parent, place, moving);
            }

            error = parent.Stat(place.Name, out FileStatus now);
            if (error == DiskError.None && now.IsFolder)
            {
                return MoveInto(parent, place, moving);
            }

            error = error == DiskError.None ? RemoveOld(parent, place.Name, now, moving, self) : error;
            error = error is DiskError.None or DiskError.NotFound ? parent.Move(place.MovingName, parent, place.Name) : error;
            if (error == DiskError.HeldOpen)
            {
                // Windows does not move a folder while a file in it is read. The file itself can be moved.
                DiskError made = parent.MakeFolder(place.Name);
                return made is DiskError.None or DiskError.Exists ? MoveInto(parent, place, moving) : error;
            }

            if (error != DiskError.None)
            {
                return error;
            }
        }

        if (parent.OpenFolder(place.Name, out DiskFolder folder) == DiskError.None)
        {
            _ = folder.RemoveFile(LocalNames.Moving);
        }

        folder.Dispose();
        return DiskError.None;
    }

    /// <summary>
    /// Removes the object's name, unless another program has put another file there after the folder was made. That file is then the
    /// object, and replaces the old file in the folder.
    /// </summary>
    private static DiskError RemoveOld(DiskFolder parent, string name, in FileStatus old, DiskFolder moving, in FileStatus self) =>
        self.IsSameFile(old) ? parent.RemoveFile(name) : parent.Move(name, moving, LocalNames.Self);

    /// <summary>Moves the object into a folder that has its name already. A put below the object has made the folder.</summary>
    private DiskError MoveInto(DiskFolder parent, Place place, DiskFolder moving)
    {
        DiskError error = parent.OpenFolder(place.Name, out DiskFolder folder);
        using (folder)
        {
            error = error == DiskError.None ? moving.Move(LocalNames.Self, folder, LocalNames.Self) : error;
            error = error == DiskError.None && Flushes ? folder.Flush() : error;
        }

        if (error != DiskError.None)
        {
            // If the folder is gone again, the caller retries. The object stays in its old place.
            return error == DiskError.NotFound ? DiskError.NotAFolder : error;
        }

        // A move of a file onto another of its own names does nothing.
        _ = moving.RemoveFile(LocalNames.Self);
        return RemoveRest(parent, place, moving);
    }

    /// <summary>Removes the folder beside the object's name when the object has left it.</summary>
    private static DiskError RemoveRest(DiskFolder parent, Place place, DiskFolder moving)
    {
        _ = moving.RemoveFile(LocalNames.Moving);
        return parent.RemoveFolder(place.MovingName);
    }
}
