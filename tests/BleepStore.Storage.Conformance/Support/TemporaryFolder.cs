namespace BleepStore.Storage.Conformance.Support;

/// <summary>A folder on the disk, removed at the end with all that it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bleepstore-test-");

    /// <summary>The names of what the folder holds.</summary>
    public IEnumerable<string> Names => _folder.EnumerateFileSystemInfos().Select(static entry => entry.Name);

    /// <summary>The path of a name in the folder.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    public string File(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
