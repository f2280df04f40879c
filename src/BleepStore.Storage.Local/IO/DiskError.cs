namespace BleepStore.Storage.Local.IO;

/// <summary>The errors of a file layer.</summary>
/// <remarks>
/// The numbers are those of Linux (<c>asm-generic/errno.h</c>), so the native layer passes on all error numbers. The backend does not
/// distinguish the errors that have no name here.
/// </remarks>
internal enum DiskError
{
    /// <summary>Success.</summary>
    None = 0,

    /// <summary>The system does not permit the call (EPERM).</summary>
    NotPermitted = 1,

    /// <summary>The name does not exist (ENOENT).</summary>
    NotFound = 2,

    /// <summary>A signal interrupted the call (EINTR).</summary>
    Interrupted = 4,

    /// <summary>The disk failed (EIO).</summary>
    DiskFailed = 5,

    /// <summary>The name belongs to a socket or a device without a driver (ENXIO).</summary>
    NotAFile = 6,

    /// <summary>The attribute is larger than the system allows (E2BIG).</summary>
    TooLarge = 7,

    /// <summary>The call would have to wait (EAGAIN).</summary>
    WouldBlock = 11,

    /// <summary>The system is short of memory (ENOMEM).</summary>
    OutOfMemory = 12,

    /// <summary>The process has no permission (EACCES).</summary>
    AccessDenied = 13,

    /// <summary>The file or folder is in use (EBUSY).</summary>
    InUse = 16,

    /// <summary>The name exists already (EEXIST).</summary>
    Exists = 17,

    /// <summary>The call would leave the file system (EXDEV).</summary>
    OtherDisk = 18,

    /// <summary>Something that is not a folder stands where a folder is needed (ENOTDIR).</summary>
    NotAFolder = 20,

    /// <summary>A folder stands where a file is needed (EISDIR).</summary>
    IsAFolder = 21,

    /// <summary>The file system refuses the arguments (EINVAL).</summary>
    Invalid = 22,

    /// <summary>The system has as many files open as its limit allows (ENFILE).</summary>
    SystemHasTooManyFiles = 23,

    /// <summary>The process has as many files open as its limit allows (EMFILE).</summary>
    ProcessHasTooManyFiles = 24,

    /// <summary>The file would be larger than a limit (EFBIG).</summary>
    FileTooLarge = 27,

    /// <summary>The disk is full (ENOSPC).</summary>
    DiskFull = 28,

    /// <summary>The file system is read-only (EROFS).</summary>
    ReadOnly = 30,

    /// <summary>The file or folder has as many links as the file system allows (EMLINK).</summary>
    TooManyLinks = 31,

    /// <summary>The attribute is larger than the buffer (ERANGE).</summary>
    BufferTooSmall = 34,

    /// <summary>The name is longer than the file system allows (ENAMETOOLONG).</summary>
    NameTooLong = 36,

    /// <summary>The system has no more locks (ENOLCK).</summary>
    NoLocks = 37,

    /// <summary>The kernel does not have the call (ENOSYS).</summary>
    NotThere = 38,

    /// <summary>The folder is not empty (ENOTEMPTY).</summary>
    NotEmpty = 39,

    /// <summary>A link stands in the way (ELOOP).</summary>
    IsALink = 40,

    /// <summary>The file does not have the attribute (ENODATA).</summary>
    NoAttribute = 61,

    /// <summary>The file system refuses a character of the name (EILSEQ).</summary>
    InvalidName = 84,

    /// <summary>The file system does not support the call (EOPNOTSUPP).</summary>
    NotSupported = 95,

    /// <summary>The file server does not answer (ETIMEDOUT).</summary>
    TimedOut = 110,

    /// <summary>The file server has lost the file (ESTALE).</summary>
    Stale = 116,

    /// <summary>The quota is used up (EDQUOT).</summary>
    QuotaUsedUp = 122,

    /// <summary>Another program has the file open, and prevents others from opening or replacing it. Linux has no such error.</summary>
    HeldOpen = 10_032,
}
