namespace BleepStore.Storage.Tests.Shared;

/// <summary>Finds folders of the repository from where the tests run.</summary>
internal static class RepositoryFolder
{
    /// <param name="path">A path below the repository's root, with slashes.</param>
    public static string Find(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BleepStore.Storage.sln")))
            {
                return Path.Combine(folder.FullName, path);
            }
        }

        throw new DirectoryNotFoundException($"The tests do not run inside the repository: {AppContext.BaseDirectory}");
    }
}
