namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>A clock whose timers run, and whose timestamps go, faster than the machine's: a minute of it does not take one.</summary>
/// <param name="factor">How many times as fast.</param>
internal sealed class FastTime(int factor) : TimeProvider
{
    public override long TimestampFrequency => System.TimestampFrequency / factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, Faster(dueTime), Faster(period));

    private TimeSpan Faster(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / factor;
}
