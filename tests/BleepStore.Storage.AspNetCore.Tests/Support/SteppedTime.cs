namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>A clock that begins with the system's and leaps when it is told to. Its timers are the system's.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _leapt;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _leapt));

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _leapt)).TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _leapt, by.Ticks);
}
