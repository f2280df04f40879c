namespace BleepStore.Storage.Transfers;

/// <summary>Recognises devices, pipes and sockets, which .NET does not tell from files. Outside of Linux it recognises none.</summary>
internal static class SpecialFiles
{
    /// <summary>Returns whether a path leads to something that is neither a file nor a folder.</summary>
    /// <param name="path">The path. A link is followed.</param>
    /// <returns><see langword="false"/> where nothing exists, or where the kind is unknown.</returns>
    public static bool Is(string path) => OperatingSystem.IsLinux() && FileStatus.Of(path, followsLink: true) is { Kind: FileKind.Special };
}
