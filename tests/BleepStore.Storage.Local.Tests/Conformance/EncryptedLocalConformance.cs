using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Local.Tests.Conformance;

// The suites that move bytes. The others say of the encryption what they say of it around the in-memory backend.

public sealed class EncryptedLocalPut : PutConformance<EncryptedLocalHarness>;

public sealed class EncryptedLocalGet : GetConformance<EncryptedLocalHarness>;

public sealed class EncryptedLocalRange : RangeConformance<EncryptedLocalHarness>;

public sealed class EncryptedLocalConditions : ConditionsConformance<EncryptedLocalHarness>;

public sealed class EncryptedLocalCopy : CopyConformance<EncryptedLocalHarness>;

public sealed class EncryptedLocalStreams : StreamsConformance<EncryptedLocalHarness>;

public sealed class EncryptedLocalCancellation : CancellationConformance<EncryptedLocalHarness>;

public sealed class EncryptedLocalConcurrency : ConcurrencyConformance<EncryptedLocalHarness>;
