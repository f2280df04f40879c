using System.Collections.Frozen;
using System.Globalization;
using BleepStore.Storage.Local.Files;
using BleepStore.Storage.Local.Native;

namespace BleepStore.Storage.Local;

/// <summary>What the system's errors mean: the only place where they become <see cref="StorageException"/>s.</summary>
internal static class LocalErrors
{
    /// <summary>The code of <see cref="NotAFile"/>.</summary>
    public const string NotAFileCode = "ENXIO";

    private static readonly FrozenDictionary<int, (string Name, StorageErrorCode Code, string Meaning)> Table =
        new Dictionary<int, (string, StorageErrorCode, string)>
        {
            [Errno.EPERM] = ("EPERM", StorageErrorCode.AccessDenied, "the system does not permit it"),
            [Errno.EACCES] = ("EACCES", StorageErrorCode.AccessDenied, "the process has no permission for it"),
            [Errno.EROFS] = ("EROFS", StorageErrorCode.AccessDenied, "the file system is read-only"),
            [Errno.ELOOP] = ("ELOOP", StorageErrorCode.AccessDenied, "a symbolic link stands in the way, and links are not followed"),
            [Errno.EXDEV] = ("EXDEV", StorageErrorCode.NotSupported, "it would leave the root's file system; the whole root must be on one"),
            [Errno.ENOENT] = ("ENOENT", StorageErrorCode.ServiceUnavailable, "another program has deleted a file or folder of the store"),
            [Errno.ENOTDIR] = ("ENOTDIR", StorageErrorCode.AccessDenied, "something that is no folder stands where one is needed"),
            [Errno.EISDIR] = ("EISDIR", StorageErrorCode.AccessDenied, "a folder stands where a file is needed"),
            [Errno.EEXIST] = ("EEXIST", StorageErrorCode.InternalError, "something is there already"),
            [Errno.ENOTEMPTY] = ("ENOTEMPTY", StorageErrorCode.InternalError, "a folder is not empty"),
            [Errno.ENOSPC] = ("ENOSPC", StorageErrorCode.InsufficientStorage, "the disk is full"),
            [Errno.EDQUOT] = ("EDQUOT", StorageErrorCode.InsufficientStorage, "the quota is used up"),
            [Errno.EFBIG] = ("EFBIG", StorageErrorCode.EntityTooLarge, "the file would be larger than the file system or the process's limit allows"),
            [Errno.EMLINK] = ("EMLINK", StorageErrorCode.InsufficientStorage, "a folder or file has as many links as the file system allows"),
            [Errno.ENAMETOOLONG] = ("ENAMETOOLONG", StorageErrorCode.InvalidKey, "the file system does not take names as long as the key needs"),
            [Errno.EILSEQ] = ("EILSEQ", StorageErrorCode.InvalidKey, "the file system does not take a character of the key"),
            [Errno.EINVAL] = ("EINVAL", StorageErrorCode.InternalError, "the file system does not take the request"),
            [Errno.EOPNOTSUPP] = ("EOPNOTSUPP", StorageErrorCode.NotSupported, "the file system cannot do it"),
            [Errno.ENOSYS] = ("ENOSYS", StorageErrorCode.NotSupported, "the kernel cannot do it"),
            [Errno.ENOLCK] = ("ENOLCK", StorageErrorCode.ServiceUnavailable, "the file system has no locks to give"),
            [Errno.EMFILE] = ("EMFILE", StorageErrorCode.ServiceUnavailable, "the process has as many files open as its limit allows"),
            [Errno.ENFILE] = ("ENFILE", StorageErrorCode.ServiceUnavailable, "the system has as many files open as its limit allows"),
            [Errno.ENOMEM] = ("ENOMEM", StorageErrorCode.ServiceUnavailable, "the kernel is short of memory"),
            [Errno.EBUSY] = ("EBUSY", StorageErrorCode.ServiceUnavailable, "it is in use"),
            [Errno.EAGAIN] = ("EAGAIN", StorageErrorCode.ServiceUnavailable, "it cannot be had just now"),
            [Errno.ESTALE] = ("ESTALE", StorageErrorCode.ServiceUnavailable, "the file server has lost the file"),
            [Errno.ETIMEDOUT] = ("ETIMEDOUT", StorageErrorCode.ServiceUnavailable, "the file server does not answer"),
            [Errno.EIO] = ("EIO", StorageErrorCode.InternalError, "the disk failed"),
        }.ToFrozenDictionary();

    /// <summary>The codes that the table has, which are error numbers.</summary>
    public static IEnumerable<int> KnownCodes => Table.Keys;

    /// <summary>Throws unless a call succeeded.</summary>
    /// <param name="error">What it returned.</param>
    /// <param name="action">What was being done: "Writing the object".</param>
    public static void Check(int error, string action)
    {
        if (error != Errno.None)
        {
            throw From(error, action);
        }
    }

    public static StorageException From(int error, string action, bool isOutcomeUnknown = false)
    {
        (string name, StorageErrorCode code, string meaning) = Meaning(error);
        return new StorageException(code, $"{action} failed: {meaning}.") { ProviderCode = name, IsOutcomeUnknown = isOutcomeUnknown };
    }

    /// <summary>The same failure, with what it was about: in a listing the caller does not know.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="what">What was read: "the object 'a/b'".</param>
    public static StorageException About(this StorageException error, string what)
    {
        string? meaning = Table.Values.FirstOrDefault(known => known.Name == error.ProviderCode).Meaning;
        return new StorageException(error.Code, $"Reading {what} failed: {meaning ?? "the inner exception says why"}.", error)
        {
            ProviderCode = error.ProviderCode,
        };
    }

    private static (string Name, StorageErrorCode Code, string Meaning) Meaning(int error) => Table.GetValueOrDefault(
        error,
        (
            string.Create(CultureInfo.InvariantCulture, $"errno {error}"),
            StorageErrorCode.InternalError,
            "the system gave an error that is not known here"));

    /// <summary>Throws unless a call succeeded that opens or makes the root.</summary>
    /// <param name="error">What it returned.</param>
    /// <param name="action">What was being done: "Making the root folder '/data'".</param>
    public static void CheckRoot(int error, string action)
    {
        if (error != Errno.None)
        {
            (string name, StorageErrorCode code, string meaning) = Meaning(error);
            (code, meaning) = error == Errno.ENOENT ? (StorageErrorCode.AccessDenied, "the file system makes no folder there") : (code, meaning);
            string reason = $"{action} failed: {meaning}. Set {nameof(LocalBackendOptions.RootPath)} to a folder that is there, or can be made.";
            throw new StorageException(code, reason) { ProviderCode = name };
        }
    }

    public static StorageException RootLost(string path) =>
        new(
            StorageErrorCode.ServiceUnavailable,
            $"The root folder '{path}' is not the folder that this store has opened: it was unmounted, moved or replaced. Nothing was written. "
            + "Mount it or move it back, or restart the process to use the folder that is there now.")
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
            "As many writes are under way as the process may have files open for, and none of them has ended. "
            + "End some writes, or raise the limit of open files (ulimit -n).")
        {
            ProviderCode = "EMFILE",
        };

    public static StorageException LocksLost() =>
        new(
            StorageErrorCode.ServiceUnavailable,
            $"Another program has deleted the file of locks in {LocalRoot.Internals}. Keep cleaners of temporary files out of the root.")
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

    public static StorageException NoSuchKey() => new(StorageErrorCode.NoSuchKey, "There is no object of this key.") { ProviderCode = "ENOENT" };

    public static StorageException NoSuchUpload() =>
        new(StorageErrorCode.NoSuchUpload, "There is no such multipart upload for this key: it was never begun, was completed or aborted.");

    public static StorageException NotAFile() =>
        new(
            StorageErrorCode.AccessDenied,
            "What stands under this key is no regular file: a symbolic link, a pipe or a device. It is neither read nor replaced.")
        {
            ProviderCode = NotAFileCode,
        };

    public static StorageException NotLinux() =>
        new(StorageErrorCode.NotSupported, "The local backend needs system calls of 64-bit Linux (openat2, renameat2, locks on open files), which this platform does not have.");
}
