using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>The managed layer's system, with the calls that a test makes fail, or in which it does something of its own.</summary>
internal sealed class FaultyHost() : LinuxHost(hasAttributes: true)
{
    /// <summary>Returns the error of a look at a path, or <see cref="DiskError.None"/> to look.</summary>
    public Func<string, DiskError> OnStat { get; set; } = static _ => DiskError.None;

    /// <summary>Moves a path itself and returns the result, or returns <see langword="null"/>.</summary>
    public Func<string, string, DiskError?> OnMove { get; set; } = static (_, _) => null;

    /// <summary>Whether files can have more than one name.</summary>
    public bool HasLinks { get; set; } = true;

    /// <summary>Returns <see langword="true"/> for a path that stays when it is removed, as on Windows while a reader has the file open.</summary>
    public Func<string, bool> OnRemove { get; set; } = static _ => false;

    /// <summary>Returns the path to which the system leads another path.</summary>
    public Func<string, string> Lead { get; set; } = static path => path;

    public override bool KeepsDeletedNames => true;

    public override DiskError Stat(string path, bool follows, out FileStatus status)
    {
        status = default;
        return OnStat(path) is var error and not DiskError.None ? error : base.Stat(Lead(path), follows, out status);
    }

    public override DiskError RemoveFile(string path) => OnRemove(path) ? DiskError.None : base.RemoveFile(path);

    public override DiskError Move(string path, string to) => OnMove(path, to) ?? base.Move(path, to);

    public override DiskError Link(string path, string to) => HasLinks ? base.Link(path, to) : DiskError.NotSupported;
}
