namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>A disk behind a decorator that refuses writes.</summary>
public sealed class ReadOnlyLocalHarness() : ReadOnlyHarness(isOnDisk: true);
