using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Uploads;

/// <summary>
/// Waits for a completion of another process that has claimed an upload. Whether that process has died is told by the service's clock, or
/// by how long the claim was watched here. What the clock of this machine says is not looked at.
/// </summary>
/// <param name="time">The clock, of which only passing time counts.</param>
/// <param name="longest">How long a commit can be under way.</param>
internal sealed class ClaimWatch(TimeProvider time, TimeSpan longest)
{
    /// <summary>How many times what needs the record or the key is sent again because another came first.</summary>
    public const int MaxCommitRounds = 12;

    /// <summary>After so many rounds the pause grows no more.</summary>
    public const int MaxBackoffSteps = 5;

    private const int MaxSteps = 7;

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

        TimeSpan limit = longest + Dated<UploadRecord>.Margin;
        return record.Age >= limit || time.GetElapsedTime(_since) >= limit;
    }

    /// <summary>Waits until it is worth looking again; longer from time to time.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(Retries.Backoff(Math.Min(++_polls + 1, MaxSteps)), time, cancellationToken);
}
