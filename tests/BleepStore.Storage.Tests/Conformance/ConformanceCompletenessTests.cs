using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Tests.Conformance;

public class ConformanceCompletenessTests
{
    private static readonly Type[] Complete = [.. typeof(InMemoryPut).Assembly.GetTypes()];

    [Test]
    public void The_suites_are_the_areas_of_the_contract() =>
        Assert.That(ConformanceCompleteness.Suites.Select(suite => suite.Name), Is.EqualTo(new[]
        {
            "BucketsConformance`1",
            "CancellationConformance`1",
            "ConcurrencyConformance`1",
            "ConditionsConformance`1",
            "CopyConformance`1",
            "DeleteConformance`1",
            "ErrorsConformance`1",
            "GetConformance`1",
            "KeysConformance`1",
            "ListConformance`1",
            "MetadataConformance`1",
            "MoveConformance`1",
            "MultipartConformance`1",
            "PresignConformance`1", "PropertiesConformance`1", "PutConformance`1", "RangeConformance`1", "StreamsConformance`1",
            "TransfersConformance`1",
        }));

    [Test]
    public void A_backend_that_binds_all_suites_is_complete() =>
        Assert.That(() => ConformanceCompleteness.AssertAllBound(Complete, typeof(InMemoryHarness)), Throws.Nothing);

    [Test]
    public void A_suite_that_is_left_out_is_named()
    {
        Type[] types = [.. Complete.Except([typeof(InMemoryPut), typeof(InMemoryKeys)])];

        Assert.That(
            () => ConformanceCompleteness.AssertAllBound(types, typeof(InMemoryHarness)),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("PutConformance<InMemoryHarness>")
                .And.Message.Contains("KeysConformance<InMemoryHarness>")
                .And.Message.Not.Contains("GetConformance"));
    }

    [Test]
    public void Fixtures_of_another_harness_do_not_count() =>
        Assert.That(
            () => ConformanceCompleteness.AssertAllBound(Complete, typeof(UnboundHarness)),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("PutConformance<UnboundHarness>"));

    [Test]
    public void A_fixture_that_cannot_run_does_not_count()
    {
        Type[] types = [.. Complete.Except([typeof(InMemoryPut)]).Append(typeof(AbstractPut))];

        Assert.That(
            () => ConformanceCompleteness.AssertAllBound(types, typeof(InMemoryHarness)),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("PutConformance<InMemoryHarness>"));
    }

    [Test]
    public void A_declared_difference_must_name_a_test() =>
        Assert.That(
            () => ConformanceCompleteness.AssertAllBound(Complete, typeof(UnboundHarness)),
            Throws.InstanceOf<AssertionException>().With.Message.Contains("names no test: Put.No_such_test")
                .And.Message.Not.Contains("names no test: Put.An_empty_object"));

    public abstract class AbstractPut : PutConformance<InMemoryHarness>;

    public sealed class UnboundHarness : ConformanceHarness
    {
        public override string Name => "unbound";

        public override IReadOnlyList<Difference> Differences =>
            [new("Put.No_such_test", "A typing error."), new("Put.An_empty_object_can_be_put_and_read", "It is there.")];

        public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null) =>
            throw new NotSupportedException();
    }
}
