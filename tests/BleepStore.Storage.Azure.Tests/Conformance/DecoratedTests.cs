using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Azure.Tests.Conformance;

public sealed class DecoratedTests : DecoratedStoreTests<SharedContainerHarness>;
