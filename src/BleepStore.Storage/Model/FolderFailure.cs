using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>A file or an object that could not be transferred, compared or deleted, and why. Immutable and thread-safe.</summary>
public sealed record FolderFailure
{
    /// <summary>
    /// The name, which is the path below the folder and the key below the prefix. It ends with <c>/</c> for a folder that could not be
    /// read.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>
    /// The error. It is a <see cref="StorageException"/> from the store, an <see cref="IOException"/> or an
    /// <see cref="UnauthorizedAccessException"/> from the file system, or an exception of the application's own code.
    /// </summary>
    public required Exception Error { get; init; }

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(FolderFailure))
        .Add(nameof(Name), Name)
        .Add(nameof(Error), Error)
        .ToString();
}
