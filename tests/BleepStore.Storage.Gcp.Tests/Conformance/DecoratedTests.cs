using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Gcp.Tests.Conformance;

public sealed class DecoratedTests : DecoratedStoreTests<SharedContainerHarness>;
