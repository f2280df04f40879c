namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>A clock that stands where it is set.</summary>
internal sealed class SetTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
