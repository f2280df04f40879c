using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance.OnMoto;

// What moto can and Ceph 16 cannot: conditions on deletes and completions, and uploads that are known to have ended. Ceph alone tells of
// everything else. Moto looks before it writes, in threads, so that what it says of concurrency is luck.
public sealed class AwsConditions : ConditionsConformance<MotoHarness>;

public sealed class AwsDelete : DeleteConformance<MotoHarness>;

public sealed class AwsMultipart : MultipartConformance<MotoHarness>;
