using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

public sealed class EncryptedPut : PutConformance<EncryptedHarness>;

public sealed class EncryptedGet : GetConformance<EncryptedHarness>;

public sealed class EncryptedRange : RangeConformance<EncryptedHarness>;

public sealed class EncryptedConditions : ConditionsConformance<EncryptedHarness>;

public sealed class EncryptedDelete : DeleteConformance<EncryptedHarness>;

public sealed class EncryptedCopy : CopyConformance<EncryptedHarness>;

public sealed class EncryptedMove : MoveConformance<EncryptedHarness>;

public sealed class EncryptedList : ListConformance<EncryptedHarness>;

public sealed class EncryptedMultipart : MultipartConformance<EncryptedHarness>;

public sealed class EncryptedKeys : KeysConformance<EncryptedHarness>;

public sealed class EncryptedMetadata : MetadataConformance<EncryptedHarness>;

public sealed class EncryptedProperties : PropertiesConformance<EncryptedHarness>;

public sealed class EncryptedBuckets : BucketsConformance<EncryptedHarness>;

public sealed class EncryptedErrors : ErrorsConformance<EncryptedHarness>;

public sealed class EncryptedStreams : StreamsConformance<EncryptedHarness>;

public sealed class EncryptedTransfers : TransfersConformance<EncryptedHarness>;

public sealed class EncryptedPresign : PresignConformance<EncryptedHarness>;

public sealed class EncryptedCancellation : CancellationConformance<EncryptedHarness>;

public sealed class EncryptedConcurrency : ConcurrencyConformance<EncryptedHarness>;

public class EncryptedSuite
{
    [Test]
    public void Leaves_no_part_of_the_contract_out() =>
        ConformanceCompleteness.AssertAllBound(typeof(EncryptedSuite).Assembly, typeof(EncryptedHarness));
}
