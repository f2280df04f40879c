namespace BleepStore.Storage.Conformance;

/// <summary>Conditions of reads and writes: HTTP's precedence, decided by the upstream, and losing changes nothing.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
[UsesMultipart("Complete")]
public abstract partial class ConditionsConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private const string OtherETag = "0123456789abcdef0123456789abcdef";
}
