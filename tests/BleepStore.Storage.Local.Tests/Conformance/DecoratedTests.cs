using BleepStore.Storage.Tests.Shared.Providers;

namespace BleepStore.Storage.Local.Tests.Conformance;

public sealed class DecoratedTests : DecoratedStoreTests<LocalHarness>;
