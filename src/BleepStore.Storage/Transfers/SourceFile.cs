namespace BleepStore.Storage.Transfers;

/// <summary>Opens files that are stored. Other programs may have them open.</summary>
internal static class SourceFile
{
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the wait for the writer of a pipe. A file is opened at once.</param>
    public static ValueTask<FileStream> OpenAsync(string path, CancellationToken cancellationToken) => SpecialFiles.Is(path)
        ? new ValueTask<FileStream>(OpenSpecialAsync(path, cancellationToken))
        : new ValueTask<FileStream>(Open(path));

    public static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous,
        BufferSize = 0,
    });

    /// <summary>Opens a pipe without holding up the caller. Nothing can stop the system from waiting for the pipe's writer.</summary>
    private static async Task<FileStream> OpenSpecialAsync(string path, CancellationToken cancellationToken)
    {
        Task<FileStream> opening = Task.Factory.StartNew(
            () => Open(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = CloseLateAsync(opening);
            throw;
        }
    }

    /// <summary>Closes a pipe whose writer comes after all. Nobody is left to tell of a failure.</summary>
    private static async Task CloseLateAsync(Task<FileStream> opening)
    {
        try
        {
            FileStream late = await opening.ConfigureAwait(false);
            await late.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The caller has cancelled.
        }
    }
}
