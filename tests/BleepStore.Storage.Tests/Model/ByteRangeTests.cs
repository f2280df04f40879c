using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Model;

public class ByteRangeTests
{
    [TestCase(0, 10, 0, 10)]
    [TestCase(3, 10, 3, 7)]
    [TestCase(9, 10, 9, 1)]
    public void From_an_offset_to_the_end(long offset, long size, long wantedOffset, long wantedLength) =>
        Assert.That(ByteRange.From(offset).Resolve(size), Is.EqualTo(new ContentRange(wantedOffset, wantedLength, size)));

    [TestCase(0, 0, 10, 0, 0)]
    [TestCase(0, 4, 10, 0, 4)]
    [TestCase(2, 4, 10, 2, 4)]
    [TestCase(8, 4, 10, 8, 2)]
    [TestCase(0, long.MaxValue, 10, 0, 10)]
    [TestCase(9, long.MaxValue - 9, 10, 9, 1)]
    public void From_an_offset_with_a_length_cut_at_the_end(long offset, long length, long size, long wantedOffset, long wantedLength) =>
        Assert.That(ByteRange.From(offset, length).Resolve(size), Is.EqualTo(new ContentRange(wantedOffset, wantedLength, size)));

    [TestCase(1, 10, 9, 1)]
    [TestCase(10, 10, 0, 10)]
    [TestCase(11, 10, 0, 10)]
    [TestCase(long.MaxValue, 10, 0, 10)]
    [TestCase(5, 0, 0, 0)]
    public void A_suffix_larger_than_the_object_is_the_whole_of_it(long suffix, long size, long wantedOffset, long wantedLength) =>
        Assert.That(ByteRange.Suffix(suffix).Resolve(size), Is.EqualTo(new ContentRange(wantedOffset, wantedLength, size)));

    [TestCase(10, 10)]
    [TestCase(11, 10)]
    [TestCase(0, 0)]
    public void A_start_at_or_past_the_end_is_InvalidRange_with_the_size(long offset, long size)
    {
        Assert.That(Catch.Code(StorageErrorCode.InvalidRange, () => ByteRange.From(offset).Resolve(size)).ObjectSize, Is.EqualTo(size));
        Assert.That(Catch.Code(StorageErrorCode.InvalidRange, () => ByteRange.From(offset, 0).Resolve(size)).ObjectSize, Is.EqualTo(size));
        Assert.That(Catch.Code(StorageErrorCode.InvalidRange, () => ByteRange.From(offset, 5).Resolve(size)).ObjectSize, Is.EqualTo(size));
    }

    [Test]
    public void A_suffix_of_no_bytes_is_InvalidRange_with_the_size([Values(0, 10)] long size) =>
        Assert.That(Catch.Code(StorageErrorCode.InvalidRange, () => ByteRange.Suffix(0).Resolve(size)).ObjectSize, Is.EqualTo(size));

    [Test]
    public void The_default_is_all([Values(0, 10)] long size)
    {
        ContentRange range = default(ByteRange).Resolve(size);
        Assert.That(range, Is.EqualTo(new ContentRange(0, size, size)));
        Assert.That(range.IsWhole, Is.True);
    }

    [Test]
    public void Negative_numbers_and_sums_beyond_a_long_are_refused()
    {
        Assert.That(() => ByteRange.From(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ByteRange.From(-1, 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ByteRange.From(1, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ByteRange.Suffix(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ByteRange.From(1, long.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ByteRange.From(0).Resolve(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void It_is_spelled_as_HTTP_does()
    {
        Assert.That(default(ByteRange).ToString(), Is.EqualTo("bytes=0-"));
        Assert.That(ByteRange.From(100).ToString(), Is.EqualTo("bytes=100-"));
        Assert.That(ByteRange.From(10, 50).ToString(), Is.EqualTo("bytes=10-59"));
        Assert.That(ByteRange.Suffix(5).ToString(), Is.EqualTo("bytes=-5"));
        Assert.That(ByteRange.From(10, 0).ToString(), Is.EqualTo("bytes=10+0"));
    }

    [Test]
    public void Only_a_suffix_is_a_suffix()
    {
        Assert.That(ByteRange.Suffix(5).IsSuffix, Is.True);
        Assert.That(ByteRange.From(5).IsSuffix, Is.False);
        Assert.That(default(ByteRange).IsSuffix, Is.False);
    }
}
