namespace BleepStore.Storage.Transfers;

/// <summary>Removes files that a transfer made.</summary>
internal static class TemporaryFiles
{
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
