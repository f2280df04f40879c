using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage;

/// <summary>Transfers of whole folders. They stand on the members of <see cref="Bucket"/>, so a fake of those carries them too.</summary>
public static class FolderExtensions
{
    /// <summary>
    /// Stores the files of a folder and of all its subfolders as objects, in parallel. An object that already has the same bytes is left
    /// unchanged. A repeated call therefore continues where the previous one ended. Empty folders are not stored.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="folder">The folder. No other program should change it meanwhile.</param>
    /// <param name="prefix">
    /// The prefix of the keys. A <c>/</c> is appended if it is missing. The default is empty, so keys are the paths below the folder.
    /// </param>
    /// <param name="options">
    /// The files that take part, and the attributes. By default all files take part, with no attributes but the content type.
    /// </param>
    /// <param name="cancellationToken">Stops the transfers. Stored objects stay.</param>
    /// <returns>The counts, and the failures. A failure of one file does not stop the others.</returns>
    /// <exception cref="ArgumentException">The folder's path is empty, or an option breaks its rule.</exception>
    /// <exception cref="IOException">The folder is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
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
    /// Downloads objects into a folder, in parallel. Each file is either complete or absent. A file that already has the same bytes is left
    /// unchanged. A repeated call therefore continues where the previous one ended. No key leads out of the folder.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">The prefix of the keys. A <c>/</c> is appended if it is missing. An empty prefix downloads all objects.</param>
    /// <param name="folder">The folder. It is created if it is missing. Links in it are not followed.</param>
    /// <param name="options">The objects that take part. By default all objects take part.</param>
    /// <param name="cancellationToken">Stops the transfers. Complete files stay.</param>
    /// <returns>The counts, and the failures. A failure of one object does not stop the others.</returns>
    /// <exception cref="ArgumentException">The folder's path is empty, or an option breaks its rule.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
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
