using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Aws.Tests.Conformance.OnMoto;

// The areas in which moto shows what Ceph 16 does not: conditions on deletes and completions. Of keys, listings and properties the service
// itself must tell, not a Python program; and moto looks before it writes, in threads, so that what it says of concurrency is luck.
public sealed class AwsPut : PutConformance<MotoHarness>;

public sealed class AwsGet : GetConformance<MotoHarness>;

public sealed class AwsRange : RangeConformance<MotoHarness>;

public sealed class AwsConditions : ConditionsConformance<MotoHarness>;

public sealed class AwsDelete : DeleteConformance<MotoHarness>;

public sealed class AwsMultipart : MultipartConformance<MotoHarness>;
