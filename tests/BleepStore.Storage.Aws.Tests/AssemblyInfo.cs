[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

// There are more workers than processors, because tests mostly wait for their server.
[assembly: LevelOfParallelism(4)]
