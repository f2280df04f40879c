namespace BleepStore.Storage.Tests.Model;

public class PartLayoutTests
{
    [TestCase(8, 100)]
    [TestCase(8, 4000)]
    [TestCase(4000, 4000)]
    [TestCase(1, 1_000_000)]
    public void The_offset_of_a_part_is_the_sum_of_those_before_and_each_byte_finds_its_part(long partSize, long largest)
    {
        var layout = new PartLayout(partSize, largest);
        long offset = 0;
        for (int number = 1; number <= 10_001; number++)
        {
            long size = layout.SizeOf(number);
            Assert.That(layout.OffsetOf(number), Is.EqualTo(offset));
            Assert.That(layout.NumberAt(offset), Is.EqualTo(number));
            Assert.That(layout.NumberAt(offset + size - 1), Is.EqualTo(number));
            Assert.That(size, Is.EqualTo(Math.Min(partSize << ((number - 1) / 1000), largest)));
            offset += size;
        }
    }

    [Test]
    public void The_part_of_any_offset_is_found_without_counting_to_it() =>
        Assert.That(new PartLayout(65_536, 65_536).NumberAt(long.MaxValue), Is.EqualTo((long.MaxValue / 65_536) + 1));
}
