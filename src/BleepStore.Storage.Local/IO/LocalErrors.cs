using System.Collections.Frozen;
using System.Globalization;

namespace BleepStore.Storage.Local.IO;

/// <summary>Translates the system's errors. Only this class turns them into <see cref="StorageException"/>s.</summary>
internal static class LocalErrors
{
    /// <summary>The code of <see cref="NotAFile"/>.</summary>
    public const string NotAFileCode = "ENXIO";

    private const string HeldOpenCode = "SHARING_VIOLATION";

    private static readonly FrozenDictionary<DiskError, (string Name, StorageErrorCode Code, string Meaning)> Table =
        new Dictionary<DiskError, (string, StorageErrorCode, string)>
        {
            [DiskError.NotPermitted] = ("EPERM", StorageErrorCode.AccessDenied, "the system does not permit it"),
            [DiskError.AccessDenied] = ("EACCES", StorageErrorCode.AccessDenied, "the process has no permission for it"),
            [DiskError.ReadOnly] = ("EROFS", StorageErrorCode.AccessDenied, "the file system is read-only"),
            [DiskError.IsALink] = ("ELOOP", StorageErrorCode.AccessDenied, "a symbolic link stands in the way, and links are not followed"),
            [DiskError.OtherDisk] = (
                "EXDEV", StorageErrorCode.NotSupported, "it would leave the root's file system; the whole root must be on one"),
            [DiskError.NotFound] = (
                "ENOENT", StorageErrorCode.ServiceUnavailable, "another program has deleted a file or folder of the store"),
            [DiskError.NotAFolder] = ("ENOTDIR", StorageErrorCode.AccessDenied, "something that is no folder stands where one is needed"),
            [DiskError.IsAFolder] = ("EISDIR", StorageErrorCode.AccessDenied, "a folder stands where a file is needed"),
            [DiskError.Exists] = ("EEXIST", StorageErrorCode.InternalError, "something is there already"),
            [DiskError.NotEmpty] = ("ENOTEMPTY", StorageErrorCode.InternalError, "a folder is not empty"),
            [DiskError.DiskFull] = ("ENOSPC", StorageErrorCode.InsufficientStorage, "the disk is full"),
            [DiskError.QuotaUsedUp] = ("EDQUOT", StorageErrorCode.InsufficientStorage, "the quota is used up"),
            [DiskError.FileTooLarge] = (
                "EFBIG", StorageErrorCode.EntityTooLarge, "the file would be larger than the file system or the process's limit allows"),
            [DiskError.TooManyLinks] = (
                "EMLINK", StorageErrorCode.InsufficientStorage, "a folder or file has as many links as the file system allows"),
            [DiskError.NameTooLong] = (
                "ENAMETOOLONG", StorageErrorCode.InvalidKey, "the file system does not take names as long as the key needs"),
            [DiskError.InvalidName] = ("EILSEQ", StorageErrorCode.InvalidKey, "the file system does not take a character of the key"),
            [DiskError.Invalid] = ("EINVAL", StorageErrorCode.InternalError, "the file system does not take the request"),
            [DiskError.NotSupported] = ("EOPNOTSUPP", StorageErrorCode.NotSupported, "the file system cannot do it"),
            [DiskError.NotThere] = ("ENOSYS", StorageErrorCode.NotSupported, "the kernel cannot do it"),
            [DiskError.NoLocks] = ("ENOLCK", StorageErrorCode.ServiceUnavailable, "the file system has no locks to give"),
            [DiskError.ProcessHasTooManyFiles] = (
                "EMFILE", StorageErrorCode.ServiceUnavailable, "the process has as many files open as its limit allows"),
            [DiskError.SystemHasTooManyFiles] = (
                "ENFILE", StorageErrorCode.ServiceUnavailable, "the system has as many files open as its limit allows"),
            [DiskError.OutOfMemory] = ("ENOMEM", StorageErrorCode.ServiceUnavailable, "the kernel is short of memory"),
            [DiskError.InUse] = ("EBUSY", StorageErrorCode.ServiceUnavailable, "it is in use"),
            [DiskError.HeldOpen] = (
                HeldOpenCode,
                StorageErrorCode.OperationAborted,
                "another program has the file open and lets nobody else use it. Close it there, and try again"),
            [DiskError.WouldBlock] = ("EAGAIN", StorageErrorCode.ServiceUnavailable, "it cannot be had just now"),
            [DiskError.Stale] = ("ESTALE", StorageErrorCode.ServiceUnavailable, "the file server has lost the file"),
            [DiskError.TimedOut] = ("ETIMEDOUT", StorageErrorCode.ServiceUnavailable, "the file server does not answer"),
            [DiskError.DiskFailed] = ("EIO", StorageErrorCode.InternalError, "the disk failed"),
        }.ToFrozenDictionary();

    /// <summary>The errors that the table translates.</summary>
    public static IEnumerable<DiskError> KnownCodes => Table.Keys;

    /// <summary>Throws unless a call succeeded.</summary>
    /// <param name="error">The result of the call.</param>
    /// <param name="action">The action, as in "Writing the object".</param>
    public static void Check(DiskError error, string action)
    {
        if (error != DiskError.None)
        {
            throw From(error, action);
        }
    }

    public static StorageException From(DiskError error, string action, bool isOutcomeUnknown = false)
    {
        (string name, StorageErrorCode code, string meaning) = Meaning(error);
        return new StorageException(code, $"{action} failed: {meaning}.") { ProviderCode = name, IsOutcomeUnknown = isOutcomeUnknown };
    }

    /// <summary>Adds the name of the object or folder to a failure. In a listing the caller does not know the name.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="what">The thing that was read, as in "the object 'a/b'".</param>
    public static StorageException About(this StorageException error, string what)
    {
        string? meaning = Table.Values.FirstOrDefault(known => known.Name == error.ProviderCode).Meaning;
        return new StorageException(error.Code, $"Reading {what} failed: {meaning ?? "the inner exception says why"}.", error)
        {
            ProviderCode = error.ProviderCode,
        };
    }

    private static (string Name, StorageErrorCode Code, string Meaning) Meaning(DiskError error) => Table.GetValueOrDefault(
        error,
        (
            string.Create(CultureInfo.InvariantCulture, $"errno {(int)error}"),
            StorageErrorCode.InternalError,
            "the system gave an error that is not known here"));

    /// <summary>Throws unless a call that opens or makes the root succeeded.</summary>
    /// <param name="error">The result of the call.</param>
    /// <param name="action">The action, as in "Making the root folder '/data'".</param>
    public static void CheckRoot(DiskError error, string action)
    {
        if (error != DiskError.None)
        {
            (string name, StorageErrorCode code, string meaning) = Meaning(error);
            (code, meaning) = error == DiskError.NotFound
                ? (StorageErrorCode.AccessDenied, "the file system makes no folder there")
                : (code, meaning);
            string reason = $"{action} failed: {meaning}. "
                + $"Set {nameof(LocalBackendOptions.RootPath)} to a folder that exists or can be made.";
            throw new StorageException(code, reason) { ProviderCode = name };
        }
    }

    /// <summary>Whether a failure is <see cref="DiskError.HeldOpen"/>.</summary>
    public static bool IsHeldOpen(StorageException error) => error.ProviderCode == HeldOpenCode;

    public static StorageException RootLost(string path) =>
        new(
            StorageErrorCode.ServiceUnavailable,
            $"The root folder '{path}' is not the folder that this store has opened. The folder was unmounted, moved or replaced. "
            + "Nothing was written. Mount the folder or move it back. To use the folder that is there now, restart the process.")
        {
            ProviderCode = "ESTALE",
        };

    public static StorageException TemporaryLost() =>
        new(
            StorageErrorCode.ServiceUnavailable,
            "Another program has deleted the temporary file of this write. Keep cleaners of temporary files out of the root.")
        {
            ProviderCode = "ENOENT",
        };

    public static StorageException NoSlot() =>
        new(
            StorageErrorCode.ServiceUnavailable,
            "The process has reached its limit of concurrent writes, and no write has ended. "
            + "End some writes, or raise the limit of open files (ulimit -n).")
        {
            ProviderCode = "EMFILE",
        };

    /// <param name="folder">The folder of the file.</param>
    public static StorageException LocksLost(string folder) =>
        new(
            StorageErrorCode.ServiceUnavailable,
            $"Another program has deleted the file of locks in {folder}. Keep cleaners of temporary files out of the root.")
        {
            ProviderCode = "ENOENT",
        };

    public static StorageException NotABucket(string bucket) =>
        new(StorageErrorCode.AccessDenied, $"A file or a link has the name of the bucket '{bucket}'. Remove it, or choose another name.")
        {
            ProviderCode = "ENOTDIR",
        };

    public static StorageException NoSuchBucket(string bucket) =>
        new(StorageErrorCode.NoSuchBucket, $"There is no bucket '{bucket}'. Create it first.") { ProviderCode = "ENOENT" };

    public static StorageException NoSuchKey() =>
        new(StorageErrorCode.NoSuchKey, "There is no object of this key.") { ProviderCode = "ENOENT" };

    public static StorageException NoSuchUpload() =>
        new(
            StorageErrorCode.NoSuchUpload,
            "The multipart upload for this key does not exist. It was never begun, or it was completed or aborted.");

    public static StorageException NotAFile() =>
        new(
            StorageErrorCode.AccessDenied,
            "The entry under this key is a symbolic link, a pipe or a device, not a regular file. The store neither reads nor replaces it.")
        {
            ProviderCode = NotAFileCode,
        };

    public static StorageException NotThisSystem() =>
        new(StorageErrorCode.NotSupported, "The local backend runs on 64-bit Linux, Windows and macOS. This is another system.");

    public static StorageException NamesOfLinux(string path) =>
        new(
            StorageErrorCode.NotSupported,
            $"The root folder '{path}' was made on Linux, with names that this system cannot hold. "
            + "Open it on Linux and sync its buckets into a store that was made here.");

    public static StorageException UnknownFormat(string path, string format) =>
        new(
            StorageErrorCode.NotSupported,
            $"The root folder '{path}' has the format '{format.Trim()}', which this version of the library does not know. "
            + "Use a later version.");

    public static StorageException NoNumbers(string path) =>
        new(
            StorageErrorCode.NotSupported,
            $"The file system of the root folder '{path}' does not number files, or changes a file's number when it moves "
            + "or is mounted again (FAT, some network drives). ETags and metadata would be lost. Use another file system.");

    public static StorageException NoLocks(string path) =>
        new(
            StorageErrorCode.NotSupported,
            $"The file system of the root folder '{path}' does not lock files, or locking is turned off for this process. "
            + "Two processes would overwrite each other's objects. "
            + "Use another file system, and do not set DOTNET_SYSTEM_IO_DISABLEFILELOCKING.");
}
