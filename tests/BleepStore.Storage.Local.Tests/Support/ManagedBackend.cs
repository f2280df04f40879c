using BleepStore.Storage.Local.Crasher;
using BleepStore.Storage.Local.Managed;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>Backends on the file layer for systems other than Linux. It runs here by the calls of Linux.</summary>
internal static class ManagedBackend
{
    public static LocalBackend Create(string root, Durability durability = Durability.None) =>
        new(new LocalBackendOptions { RootPath = root, Durability = durability }) { Layer = new ManagedLayer(new LinuxHost(hasAttributes: false)) };
}
