namespace BleepStore.Storage.Conformance;

/// <summary>The data of a fixture for code that does not know its harness's type.</summary>
internal interface IConformanceFixture
{
    ConformanceHarness Harness { get; }

    StorageCapabilities Capabilities { get; }
}
