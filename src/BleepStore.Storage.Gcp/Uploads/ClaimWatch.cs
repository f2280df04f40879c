using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>
/// Waits for a completion of another process that has claimed an upload. The service's clock, or the time that the claim was watched here,
/// shows whether that process has died. The clock of this machine is not used.
/// </summary>
/// <param name="time">The clock, which only measures durations.</param>
/// <param name="limits">How long this store waits.</param>
internal sealed class ClaimWatch(TimeProvider time, RequestLimits limits)
{
    private const int MaxSteps = 7;

    /// <summary>
    /// How long a request that commits can take. An older claim belongs to a process that has died. Other processes can have the default
    /// limit, so a shorter limit of this store does not count.
    /// </summary>
    private readonly TimeSpan _longest =
        limits.ServerWork > RequestLimits.Default.ServerWork ? limits.ServerWork : RequestLimits.Default.ServerWork;

    private long? _metageneration;
    private long _since;
    private int _polls;

    /// <summary>Whether the claim is older than any commit can be.</summary>
    public bool IsDead(UploadRecord record)
    {
        if (_metageneration != record.Metageneration)
        {
            (_metageneration, _since) = (record.Metageneration, time.GetTimestamp());
        }

        TimeSpan limit = _longest + Dated<UploadRecord>.Margin;
        return record.Age >= limit || time.GetElapsedTime(_since) >= limit;
    }

    /// <summary>Waits before the next check. The waits grow.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(Retries.Backoff(Math.Min(++_polls + 1, MaxSteps)), time, cancellationToken);
}
