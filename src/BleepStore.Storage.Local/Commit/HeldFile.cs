using BleepStore.Storage.Local.IO;

namespace BleepStore.Storage.Local.Commit;

/// <summary>Waits for another program that holds a file open, such as a virus scanner on Windows. Gives up after about a second.</summary>
internal struct HeldFile
{
    private const int MostWaits = 20;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    private int _waits;

    /// <summary>Moves a file or a folder, and again while another program holds it open.</summary>
    /// <param name="move">Moves it.</param>
    /// <param name="action">The action, for the message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result of the move.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.OperationAborted"/> when there were enough waits.</exception>
    public static async Task<DiskError> MoveAsync(Func<DiskError> move, string action, CancellationToken cancellationToken)
    {
        var held = default(HeldFile);
        while (true)
        {
            DiskError error = move();
            if (error != DiskError.HeldOpen)
            {
                return error;
            }

            await held.WaitAsync(action, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits before the next attempt. The wait uses the system's clock, because the other program does not know an application's clock.
    /// </summary>
    /// <param name="action">The action, for the message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.OperationAborted"/> when there were enough waits.</exception>
    public Task WaitAsync(string action, CancellationToken cancellationToken)
    {
        _waits++;
        LocalErrors.Check(_waits < MostWaits ? DiskError.None : DiskError.HeldOpen, action);
        return Task.Delay(Wait, TimeProvider.System, cancellationToken);
    }
}
