using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>The managed layer's system, with the calls that a test makes fail.</summary>
internal sealed class FaultyHost() : LinuxHost(hasAttributes: true)
{
    /// <summary>Returns the error of a look at a path, or <see cref="DiskError.None"/> to look.</summary>
    public Func<string, DiskError> OnStat { get; set; } = static _ => DiskError.None;

    public override DiskError Stat(string path, bool follows, out FileStatus status)
    {
        status = default;
        return OnStat(path) is var error and not DiskError.None ? error : base.Stat(path, follows, out status);
    }
}
