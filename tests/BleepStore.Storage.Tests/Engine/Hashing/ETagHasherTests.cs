using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Hashing;

public class ETagHasherTests
{
    private const int PartSize = 16;

    private static readonly int[] Sizes = [0, 1, 15, 16, 17, 31, 32, 33, 39, 40, 41, 47, 48, 49, 63, 64, 65, 160, 161];

    [Test]
    public void The_ETag_follows_the_rule_at_every_boundary_whether_or_not_the_length_is_known(
        [ValueSource(nameof(Sizes))] int size, [Values(16, 17, 40, 48)] int threshold, [Values] bool known, [Values] bool digestExpected)
    {
        byte[] bytes = Bytes.Of(size);
        ReadOnlyMemory<byte>? expected = digestExpected ? new(Convert.FromHexString(Bytes.Md5(bytes))) : null;
        string wanted = size <= threshold ? Bytes.Md5(bytes) : Bytes.Composite(bytes, static _ => PartSize);
        foreach (int chunk in (int[])[1, 7, 16, 1000])
        {
            using var hasher = new ETagHasher(new PartPlan(PartSize, threshold), known ? size : null, singlePart: false, expected);
            Assert.That(Run(hasher, bytes, chunk), Is.EqualTo(wanted), $"in chunks of {chunk}");
        }
    }

    [Test]
    public async Task Bytes_handed_over_without_waiting_give_the_same_ETag(
        [Values(0, 1, 300_000, 300_001, 900_000, 2_000_000)] int size,
        [Values(300_000, 700_000)] int threshold,
        [Values] bool known,
        [Values] bool digestExpected)
    {
        byte[] bytes = Bytes.Of(size);
        ReadOnlyMemory<byte>? expected = digestExpected ? new(Convert.FromHexString(Bytes.Md5(bytes))) : null;
        string wanted = size <= threshold ? Bytes.Md5(bytes) : Bytes.Composite(bytes, static _ => 300_000);
        foreach (int chunk in (int[])[10_000, 65_536, 65_537, 1_000_000])
        {
            using var hasher = new ETagHasher(new PartPlan(300_000, threshold), known ? size : null, singlePart: false, expected);
            var hashing = new List<Task>();
            for (int at = 0; at < size; at += chunk)
            {
                hashing.Add(hasher.AppendAsync(bytes.AsMemory(at, Math.Min(chunk, size - at))));
            }

            await Task.WhenAll(hashing);
            Assert.That(hasher.Finish(), Is.EqualTo(wanted), $"in chunks of {chunk}");
        }
    }

    [Test]
    public async Task Another_digest_than_expected_is_BadDigest_also_without_waiting()
    {
        byte[] bytes = Bytes.Of(1_000_000);
        using var hasher = new ETagHasher(
            new PartPlan(300_000, 300_000), bytes.Length, singlePart: false, Convert.FromHexString(Bytes.Md5([1, 2, 3])));
        await Task.WhenAll(hasher.AppendAsync(bytes.AsMemory(0, 500_000)), hasher.AppendAsync(bytes.AsMemory(500_000)));

        Catch.Code(StorageErrorCode.BadDigest, () => hasher.Finish());
    }

    [Test]
    public void An_object_in_a_single_part_has_the_plain_MD5_whatever_its_size([ValueSource(nameof(Sizes))] int size, [Values] bool known)
    {
        byte[] bytes = Bytes.Of(size);
        using var hasher = new ETagHasher(new PartPlan(PartSize, PartSize), known ? size : null, singlePart: true, expected: null);
        Assert.That(Run(hasher, bytes, 7), Is.EqualTo(Bytes.Md5(bytes)));
    }

    [Test]
    public void Parts_after_the_thousandth_are_hashed_at_their_doubled_size()
    {
        byte[] bytes = Bytes.Of(1000 + 2 + 2 + 1);
        var plan = new PartPlan(partSize: 1, threshold: 1);
        using var hasher = new ETagHasher(plan, length: null, singlePart: false, expected: null);

        string etag = Run(hasher, bytes, 100);
        Assert.That(etag, Is.EqualTo(Bytes.Composite(bytes, static number => number <= 1000 ? 1 : 2)));
        Assert.That(etag, Does.EndWith("-1003"));
    }

    [Test]
    public void Another_digest_than_expected_is_BadDigest([Values(0, 16, 17, 100)] int size, [Values] bool known, [Values] bool singlePart)
    {
        byte[] wrong = Convert.FromHexString(Bytes.Md5([1, 2, 3]));
        using var hasher = new ETagHasher(new PartPlan(PartSize, PartSize), known ? size : null, singlePart, wrong);
        hasher.Append(Bytes.Of(size));

        StorageException error = Catch.Code(StorageErrorCode.BadDigest, () => hasher.Finish());
        Assert.That(error.Message, Does.Contain(Bytes.Md5(Bytes.Of(size))).And.Contain(Bytes.Md5([1, 2, 3])));
    }

    private static string Run(ETagHasher hasher, ReadOnlySpan<byte> bytes, int chunk)
    {
        while (bytes.Length > 0)
        {
            int take = Math.Min(chunk, bytes.Length);
            hasher.Append(bytes[..take]);
            bytes = bytes[take..];
        }

        return hasher.Finish();
    }
}
