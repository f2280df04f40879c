using BleepStore.Storage.Tests.Shared.Workers;

[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

// More than one, because tests often wait for a server or for a timer.
[assembly: WorkersPerProcessor(3)]
