namespace BleepStore.Storage.Transfers;

/// <summary>Removes files that a transfer made.</summary>
internal static class TemporaryFiles
{
    private const string Prefix = ".bleepstore-";

    private static readonly string[] Suffixes = [".tmp", ".part", ".journal"];

    /// <summary>Returns whether a file name has the form of a download's temporary files.</summary>
    /// <param name="name">The file's name, without its folder.</param>
    public static bool AreNamedLike(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>Deletes a file. A file that cannot be deleted stays, because the caller must learn the outcome of the transfer.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file can be deleted by hand. Its name shows its purpose.
        }
    }
}
