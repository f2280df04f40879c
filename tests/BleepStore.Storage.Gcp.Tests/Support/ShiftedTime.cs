namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>A clock that is off. Time passes on it as elsewhere.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
