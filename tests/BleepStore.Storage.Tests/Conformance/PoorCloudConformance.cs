using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance;

// The suites in which capabilities and declared differences show. The others would say what they say of CloudLikeHarness.

public sealed class PoorCloudConditions : ConditionsConformance<PoorCloudHarness>;

public sealed class PoorCloudCopy : CopyConformance<PoorCloudHarness>;

public sealed class PoorCloudMove : MoveConformance<PoorCloudHarness>;

public sealed class PoorCloudMetadata : MetadataConformance<PoorCloudHarness>;

public sealed class PoorCloudBuckets : BucketsConformance<PoorCloudHarness>;

public sealed class PoorCloudErrors : ErrorsConformance<PoorCloudHarness>;

public sealed class PoorCloudDelete : DeleteConformance<PoorCloudHarness>;
