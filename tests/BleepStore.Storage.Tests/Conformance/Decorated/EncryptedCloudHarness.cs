using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>A cloud behind the encryption: parts, broken bodies, lost answers.</summary>
public sealed class EncryptedCloudHarness : EncryptedHarness
{
    private CloudLikeBackend? _cloud;

    public override string Name => "memory as a cloud, encrypted";

    internal override StorageBackend Beneath(StorageBackend memory)
    {
        bool contended = TestContext.CurrentContext.Test.ClassName!.EndsWith("Concurrency", StringComparison.Ordinal);
        return _cloud ??= new CloudLikeBackend(memory) { LosesAnswers = !contended };
    }
}
