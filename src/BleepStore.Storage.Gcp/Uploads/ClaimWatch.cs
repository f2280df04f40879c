using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>
/// Waits for a completion of another process that has claimed an upload. Whether that process has died is told by the service's clock, or
/// by how long the claim was watched here. What the clock of this machine says is not looked at.
/// </summary>
/// <param name="time">The clock, of which only passing time counts.</param>
/// <param name="limits">How long this store waits.</param>
internal sealed class ClaimWatch(TimeProvider time, RequestLimits limits)
{
    private const int MaxSteps = 7;

    /// <summary>
    /// How long a request that commits can be under way. A claim that is older belongs to a process that has died. Other processes can
    /// have the default limit, so that a shorter one of this store does not count.
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

    /// <summary>Waits until it is worth looking again; longer from time to time.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(Retries.Backoff(Math.Min(++_polls + 1, MaxSteps)), time, cancellationToken);
}
