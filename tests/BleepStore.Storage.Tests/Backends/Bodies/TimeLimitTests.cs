using BleepStore.Storage.Backends.Bodies;

namespace BleepStore.Storage.Tests.Backends.Bodies;

/// <summary>The pool belongs to the process, so no other test runs beside these.</summary>
[NonParallelizable]
public sealed class TimeLimitTests
{
    [Test]
    public void A_burst_does_not_end_the_reuse_of_limits()
    {
        Rent(1000).ForEach(static one => one.Limit.Return(one.Rental, canReuse: true));
        Rent(1000).ForEach(static one => one.Limit.Return(one.Rental, canReuse: false));
        (TimeLimit first, long rental) = Rent(1)[0];
        first.Return(rental, canReuse: true);

        Assert.That(TimeLimit.Rent(TimeProvider.System, out long again), Is.SameAs(first));
        first.Return(again, canReuse: true);
    }

    private static List<(TimeLimit Limit, long Rental)> Rent(int count) =>
        [.. Enumerable.Range(0, count).Select(static _ => (TimeLimit.Rent(TimeProvider.System, out long rental), rental))];
}
