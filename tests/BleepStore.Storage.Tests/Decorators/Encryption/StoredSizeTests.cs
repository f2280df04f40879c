using BleepStore.Storage.Decorators.Encryption;
using BleepStore.Storage.Tests.Support;
using FsCheck.Fluent;

namespace BleepStore.Storage.Tests.Decorators.Encryption;

public class StoredSizeTests
{
    [TestCase(0, 800)]
    [TestCase(1, 801)]
    [TestCase(65_535, 66_335)]
    [TestCase(65_536, 66_368)]
    [TestCase(65_537, 66_369)]
    [TestCase(131_072, 131_936)]
    public void An_object_takes_a_header_and_32_bytes_for_each_chunk(long plain, long stored)
    {
        Assert.That(StoredSize.Of(plain), Is.EqualTo(stored));
        Assert.That(StoredSize.Shown(stored), Is.EqualTo(plain));
    }

    [Test]
    public void The_size_of_the_plaintext_follows_from_the_size_that_is_stored() => Law.Holds(
        Gen.OneOf(
            Gen.Choose(0, int.MaxValue).Select(static size => size * 3L),
            from chunk in Gen.Choose(0, 20)
            from near in Gen.Choose(-2, 2)
            select Math.Max(0L, (chunk * 65_536L) + near)),
        static plain => StoredSize.TryGetPlain(StoredSize.Of(plain), out long found) && found == plain);

    [TestCase(0)]
    [TestCase(767)]
    [TestCase(768)]
    [TestCase(799)]
    [TestCase(768 + 65_568)]
    [TestCase(768 + 65_568 + 31)]
    public void A_size_that_no_encrypted_object_has_is_shown_as_it_is(long stored)
    {
        Assert.That(StoredSize.TryGetPlain(stored, out _), Is.False);
        Assert.That(StoredSize.Shown(stored), Is.EqualTo(stored));
    }

    [TestCase(5_368_709_120)]
    [TestCase(4_194_304_000)]
    [TestCase(1_048_576)]
    public void The_largest_plaintext_fits_the_limit_and_another_chunk_does_not(long limit)
    {
        long plain = StoredSize.LargestPlain(limit);

        Assert.That(plain % StoredSize.Chunk, Is.Zero);
        Assert.That(StoredSize.Of(plain), Is.LessThanOrEqualTo(limit));
        Assert.That(StoredSize.Of(plain + StoredSize.Chunk), Is.GreaterThan(limit));
    }

    [Test]
    public void No_limit_stays_none_and_a_tiny_one_leaves_nothing()
    {
        Assert.That(StoredSize.LargestPlain(long.MaxValue), Is.EqualTo(long.MaxValue));
        Assert.That(StoredSize.LargestPlain(1), Is.Zero);
    }
}
