using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Records;

/// <summary>
/// Settles doubts about records. Reads the file once, and records whether its bytes agree. The reading can take hours, so it does not hold
/// the key's lock.
/// </summary>
/// <param name="files">Opens objects.</param>
/// <param name="verdicts">Receives the results that cannot be written to the disk.</param>
/// <param name="openKeeper">Opens the writer of records. Fails on a disk that cannot be written.</param>
internal sealed class Doubts(ObjectFiles files, Verdicts verdicts, Func<CancellationToken, ValueTask<RecordKeeper>> openKeeper)
{
    private const int Stripes = 64;

    /// <summary>The most attempts. A file that changes during every reading proves nothing.</summary>
    private const int MostAttempts = 10;

    /// <summary>The locks that let one caller read a file, while other callers wait for the result.</summary>
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Opens an object that must exist. Its record is believed, refuted or missing.</summary>
    public ValueTask<ObjectFile> OpenAsync(Place place, CancellationToken cancellationToken)
    {
        ObjectFile found = files.Open(place);
        if (!found.IsInDoubt)
        {
            return ValueTask.FromResult(found);
        }

        found.Dispose();
        return SettleAndOpenAsync(place, cancellationToken);
    }

    /// <summary>Settles the doubt about the record of a key, if there is a doubt.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/> if the file keeps changing.</exception>
    public Task SettleAsync(Place place, CancellationToken cancellationToken) =>
        VerifyAsync(place, readsAll: false, static _ => { }, cancellationToken);

    /// <summary>Reads the file of a key if its record is in doubt, compares the file with the record, and records the result.</summary>
    /// <param name="place">Where the object is.</param>
    /// <param name="readsAll">Whether files with records that are believed, or refuted, are read as well.</param>
    /// <param name="onRead">Receives the number of bytes after every read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns><see langword="null"/> when there is no object.</returns>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/> if the file keeps changing.</exception>
    public async Task<Finding?> VerifyAsync(Place place, bool readsAll, Action<int> onRead, CancellationToken cancellationToken)
    {
        using (await EnterAsync(place, cancellationToken).ConfigureAwait(false))
        {
            for (int attempt = 1; ; attempt++)
            {
                using ObjectFile? found = files.TryOpenListed(place);
                if (found?.Record is not { } record)
                {
                    return found is null ? null : Finding.Foreign;
                }

                try
                {
                    bool canRun = ObjectProof.CanRun(record);
                    bool reads = found.IsInDoubt || readsAll;
                    bool? agrees = canRun && reads
                        ? await DiskWork.RunAsync(() => Prove(found, onRead, cancellationToken), cancellationToken).ConfigureAwait(false)
                        : null;
                    await RecordAsync(found, agrees, cancellationToken).ConfigureAwait(false);
                    return agrees switch
                    {
                        true => Finding.Agrees,
                        false => Finding.Disagrees,
                        null when !canRun && (reads || found.Trust == RecordTrust.Refuted) => Finding.Unprovable,
                        null => found.Trust == RecordTrust.Refuted ? Finding.Disagrees : Finding.Believed,
                    };
                }
                catch (StorageException changed) when (changed.Code == StorageErrorCode.PreconditionFailed && attempt < MostAttempts)
                {
                    // Another program wrote to the file. The new state of the file may be another case.
                }
            }
        }
    }

    private async ValueTask<ObjectFile> SettleAndOpenAsync(Place place, CancellationToken cancellationToken)
    {
        await SettleAsync(place, cancellationToken).ConfigureAwait(false);
        return files.Open(place);
    }

    private static bool Prove(ObjectFile found, Action<int> onRead, CancellationToken cancellationToken)
    {
        bool agrees = ObjectProof.Run(found.Handle, found.Record!, onRead, cancellationToken);
        FileVersion.Of(found.Status).RequireStill(found.Handle);
        return agrees;
    }

    /// <summary>
    /// Records the result of a proof, if the result is new. If the disk cannot be written, the process remembers the result.
    /// </summary>
    private async Task RecordAsync(ObjectFile found, bool? agrees, CancellationToken cancellationToken)
    {
        // A record of an older version has no part sizes. Nothing shows that it does not belong to its file, so it is believed.
        bool holds = agrees ?? (found.IsInDoubt ? found.Record!.File == 0 : found.Trust == RecordTrust.Believed);
        if (found.Trust == (holds ? RecordTrust.Believed : RecordTrust.Refuted))
        {
            return;
        }

        try
        {
            RecordKeeper keeper = await openKeeper(cancellationToken).ConfigureAwait(false);
            await keeper.RenewAsync(found, holds, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // The disk is read-only or full, or the file belongs to another user. Reads still work.
            verdicts.Add(found.Status, holds);
        }
    }

    private async ValueTask<Gate> EnterAsync(Place place, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _gates[place.Hash % Stripes];
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Gate(gate);
    }

    private readonly struct Gate(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
