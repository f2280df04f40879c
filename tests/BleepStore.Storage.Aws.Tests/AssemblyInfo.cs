[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

// More than there are processors: most of the time a test waits for its server.
[assembly: LevelOfParallelism(4)]
