using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance;

public sealed class InMemoryPut : PutConformance<InMemoryHarness>;

public sealed class InMemoryGet : GetConformance<InMemoryHarness>;

public sealed class InMemoryRange : RangeConformance<InMemoryHarness>;

public sealed class InMemoryConditions : ConditionsConformance<InMemoryHarness>;

public sealed class InMemoryDelete : DeleteConformance<InMemoryHarness>;

public sealed class InMemoryCopy : CopyConformance<InMemoryHarness>;

public sealed class InMemoryMove : MoveConformance<InMemoryHarness>;
