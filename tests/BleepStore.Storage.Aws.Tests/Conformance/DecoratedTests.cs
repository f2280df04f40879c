using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Aws.Tests.Conformance;

public sealed class DecoratedTests : DecoratedStoreTests<SharedBucketHarness>;
