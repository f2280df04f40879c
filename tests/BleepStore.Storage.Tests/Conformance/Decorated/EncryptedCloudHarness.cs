using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>A cloud behind the encryption, with parts, broken bodies and lost answers.</summary>
public sealed class EncryptedCloudHarness : EncryptedHarness
{
    private CloudLikeBackend? _cloud;

    public override string Name => "memory as a cloud, encrypted";

    internal override StorageBackend Beneath(StorageBackend memory)
    {
        string fixture = TestContext.CurrentContext.Test.ClassName!;
        bool isContended = fixture.EndsWith("Concurrency", StringComparison.Ordinal);
        return _cloud ??= new CloudLikeBackend(memory)
        {
            LosesAnswers = !isContended && !fixture.EndsWith("Cancellation", StringComparison.Ordinal),

            // A small object that is replaced while its broken body is resumed cannot be read. Without encryption none of the tests is so
            // small.
            ShortestBody = isContended ? 2 * Encrypted.Header : 64,
        };
    }
}
