using Microsoft.Extensions.FileProviders;

namespace BleepStore.Storage.AspNetCore.Files;

/// <summary>A common prefix as a folder.</summary>
internal sealed class ObjectFolderInfo(string name) : IFileInfo
{
    public bool Exists => true;

    public long Length => -1;

    public string? PhysicalPath => null;

    public string Name => name;

    public DateTimeOffset LastModified => DateTimeOffset.MinValue;

    public bool IsDirectory => true;

    public Stream CreateReadStream() => throw new InvalidOperationException("A folder cannot be read. List it with GetDirectoryContents.");
}
