using BleepStore.Storage.Engine.Hashing;

namespace BleepStore.Storage.Tests.Engine.Hashing;

public class PartPlanTests
{
    private const long MiB = 1024 * 1024;

    [Test]
    public void Every_part_of_1_to_10000_has_the_size_of_the_published_rule(
        [Values(5 * MiB, 8 * MiB, 8 * MiB + 1, 4000 * MiB)] long partSize)
    {
        var plan = new PartPlan(partSize, partSize);
        for (int number = 1; number <= 10_000; number++)
        {
            double doubled = partSize * Math.Pow(2, Math.Floor((number - 1) / 1000.0));
            Assert.That(plan.SizeOf(number), Is.EqualTo((long)Math.Min(doubled, 4000 * MiB)), $"part {number}");
        }
    }

    [TestCase(1, 8)]
    [TestCase(1000, 8)]
    [TestCase(1001, 16)]
    [TestCase(2000, 16)]
    [TestCase(2001, 32)]
    [TestCase(9001, 4000)]
    [TestCase(10_000, 4000)]
    public void Each_further_thousand_of_parts_doubles_the_size_up_to_4000_MiB(int number, long mebibytes) =>
        Assert.That(new PartPlan(8 * MiB, 8 * MiB).SizeOf(number), Is.EqualTo(mebibytes * MiB));

    [TestCase((1L << 50) + 1)]
    [TestCase(long.MaxValue)]
    public void A_size_that_no_service_stores_is_refused_and_takes_no_memory(long size)
    {
        StorageException error = Assert.Throws<StorageException>(() => new PartPlan(8 * MiB, 8 * MiB).Cut(size))!;
        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.EntityTooLarge));
    }

    [Test]
    public void Ten_thousand_parts_of_the_default_size_hold_more_than_five_tebibytes()
    {
        var plan = new PartPlan(8 * MiB, 8 * MiB);
        long total = Enumerable.Range(1, 10_000).Sum(plan.SizeOf);
        Assert.That(total, Is.GreaterThan(5L * 1024 * 1024 * MiB));
    }
}
