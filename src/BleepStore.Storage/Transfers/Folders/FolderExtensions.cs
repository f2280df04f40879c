using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage;

/// <summary>Transfers of whole folders. They stand on the members of <see cref="Bucket"/>, so a fake of those carries them too.</summary>
public static class FolderExtensions
{
    /// <summary>
    /// Stores the files of a folder and of all folders in it as objects, several side by side. An object that has the same bytes already is
    /// left as it is, so a call that was broken off goes on where it ended when it is made again. Empty folders are not stored.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="folder">The folder. Nobody else should change it meanwhile.</param>
    /// <param name="prefix">
    /// What the keys begin with. A <c>/</c> is added where it has none at its end. Default: empty, keys are the paths below the folder.
    /// </param>
    /// <param name="options">What takes part, and the attributes. Default: all files, without attributes but the content type.</param>
    /// <param name="cancellationToken">Stops the transfers. What was stored stays.</param>
    /// <returns>What was done, and what failed. A failure of one file does not stop the others.</returns>
    /// <exception cref="ArgumentException">The folder's path is empty, or an option breaks its rule.</exception>
    /// <exception cref="IOException">The folder is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    /// <exception cref="StorageException">The bucket could not be listed.</exception>
    public static Task<FolderReport> UploadFolderAsync(
        this Bucket bucket,
        string folder,
        string prefix = "",
        UploadFolderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var run = new FolderRun(
            SyncPlace.Folder(folder), SyncPlace.Bucket(bucket, prefix), TransferRules.Of(options ?? UploadFolderOptions.Default));
        return run.TransferAsync(cancellationToken);
    }

    /// <summary>
    /// Gets objects into a folder, several side by side. Each file is whole or not there. A file that has the same bytes already is left as
    /// it is, so a call that was broken off goes on where it ended when it is made again. No key leads out of the folder.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">
    /// What the keys begin with. A <c>/</c> is added where it has none at its end. With an empty one all objects come.
    /// </param>
    /// <param name="folder">The folder. It is made when it is not there. Links in it are not followed.</param>
    /// <param name="options">What takes part. Default: all objects.</param>
    /// <param name="cancellationToken">Stops the transfers. What was received whole stays.</param>
    /// <returns>What was done, and what failed. A failure of one object does not stop the others.</returns>
    /// <exception cref="ArgumentException">The folder's path is empty, or an option breaks its rule.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    /// <exception cref="StorageException">The bucket could not be listed.</exception>
    public static Task<FolderReport> DownloadFolderAsync(
        this Bucket bucket,
        string prefix,
        string folder,
        DownloadFolderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var run = new FolderRun(
            SyncPlace.Bucket(bucket, prefix), SyncPlace.Folder(folder), TransferRules.Of(options ?? DownloadFolderOptions.Default));
        return run.TransferAsync(cancellationToken);
    }
}
