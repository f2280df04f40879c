namespace BleepStore.Storage.Transfers;

/// <summary>Removes files that a transfer made.</summary>
internal static class TemporaryFiles
{
    private const string Prefix = ".bleepstore-";

    private static readonly string[] Suffixes = [".tmp", ".part", ".journal"];

    /// <summary>Whether a file has a name such as a download gives to what it has not finished.</summary>
    /// <param name="name">The file's name, without its folder.</param>
    public static bool AreNamedLike(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>
    /// Deletes a file. A file that cannot be deleted stays, because the outcome of the transfer is what the caller must know.
    /// </summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file can be deleted by hand. Its name says what it is.
        }
    }
}
