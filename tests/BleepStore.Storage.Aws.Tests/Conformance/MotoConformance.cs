using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance.OnMoto;

// Moto supports conditions on deletes and completions, and knows ended uploads, unlike Ceph 16. Ceph alone tells of everything else. Moto
// looks before it writes, in threads, so that what it says of concurrency is luck.
public sealed class AwsConditions : ConditionsConformance<MotoHarness>;

public sealed class AwsDelete : DeleteConformance<MotoHarness>;

public sealed class AwsMultipart : MultipartConformance<MotoHarness>;
