namespace BleepStore.Storage.Transfers;

/// <summary>Opens files that are stored. Other programs may have them open.</summary>
internal static class SourceFile
{
    public static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous,
        BufferSize = 0,
    });
}
