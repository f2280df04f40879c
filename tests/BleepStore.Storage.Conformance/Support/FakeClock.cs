namespace BleepStore.Storage.Conformance.Support;

/// <summary>A clock that stands where it was put. Timers run on the system's clock.</summary>
/// <param name="now">The current time.</param>
public sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    /// <summary>The current time.</summary>
    public DateTimeOffset Now { get; set; } = now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;
}
