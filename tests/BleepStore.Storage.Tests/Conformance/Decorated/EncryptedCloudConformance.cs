using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

// The suites that move bytes. The others would say what they say of EncryptedHarness.

public sealed class EncryptedCloudPut : PutConformance<EncryptedCloudHarness>;

public sealed class EncryptedCloudGet : GetConformance<EncryptedCloudHarness>;

public sealed class EncryptedCloudRange : RangeConformance<EncryptedCloudHarness>;

public sealed class EncryptedCloudConditions : ConditionsConformance<EncryptedCloudHarness>;

public sealed class EncryptedCloudCopy : CopyConformance<EncryptedCloudHarness>;

public sealed class EncryptedCloudStreams : StreamsConformance<EncryptedCloudHarness>;

public sealed class EncryptedCloudCancellation : CancellationConformance<EncryptedCloudHarness>;

public sealed class EncryptedCloudConcurrency : ConcurrencyConformance<EncryptedCloudHarness>;
