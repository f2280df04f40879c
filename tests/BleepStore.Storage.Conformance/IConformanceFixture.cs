namespace BleepStore.Storage.Conformance;

/// <summary>What a fixture tells those that do not know its harness's type.</summary>
internal interface IConformanceFixture
{
    ConformanceHarness Harness { get; }

    StorageCapabilities Capabilities { get; }
}
