namespace BleepStore.Storage.Conformance;

/// <summary>
/// Tests conditions of reads and writes with HTTP's precedence. The upstream evaluates them, and a failed one changes nothing.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
[UsesMultipart("Complete")]
public abstract partial class ConditionsConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private const string OtherETag = "0123456789abcdef0123456789abcdef";
}
