using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>
/// Tests that ranges return the requested bytes, cut at the object's end, or <see cref="StorageErrorCode.InvalidRange"/> with the size.
/// </summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class RangeConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    private const int Size = 1000;

    [ContractTest]
    [TestCase(0L, null, 0, Size)]
    [TestCase(0L, 1L, 0, 1)]
    [TestCase(0L, 10L, 0, 10)]
    [TestCase(0L, 1000L, 0, Size)]
    [TestCase(0L, 1001L, 0, Size)]
    [TestCase(0L, long.MaxValue, 0, Size)]
    [TestCase(10L, null, 10, 990)]
    [TestCase(10L, 50L, 10, 50)]
    [TestCase(990L, 100L, 990, 10)]
    [TestCase(999L, null, 999, 1)]
    [TestCase(999L, 1L, 999, 1)]
    [TestCase(null, 1L, 999, 1)]
    [TestCase(null, 100L, 900, 100)]
    [TestCase(null, 1000L, 0, Size)]
    [TestCase(null, 5000L, 0, Size)]
    [TestCase(null, long.MaxValue, 0, Size)]
    [TestCase(0L, 0L, 0, 0)]
    [TestCase(500L, 0L, 500, 0)]
    public async Task A_range_delivers_its_bytes_and_the_properties_of_the_whole(long? offset, long? length, int start, int count)
    {
        byte[] content = Payload.Bytes(Size);
        ObjectProperties stored = await PutAsync("object", content);

        await using ObjectReader reader = await Bucket.GetAsync("object", new GetOptions { Range = Range(offset, length) });

        Assert.That(reader.Range, Is.EqualTo(new ContentRange(start, count, Size)));
        StorageAssert.SameObject(reader.Properties, stored);
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo(content[start..(start + count)]));
        Assert.That(await reader.Content.ReadAsync(new byte[1]), Is.Zero);
    }

    [ContractTest]
    [TestCase(1000L, null)]
    [TestCase(1000L, 1L)]
    [TestCase(1000L, 0L)]
    [TestCase(5000L, null)]
    [TestCase(5000L, 10L)]
    [TestCase(long.MaxValue, null)]
    [TestCase(null, 0L)]
    public async Task A_range_without_a_byte_is_InvalidRange_with_the_size(long? offset, long? length)
    {
        byte[] content = Payload.Bytes(Size);
        await PutAsync("object", content);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidRange, () => Bucket.GetAsync("object", new GetOptions { Range = Range(offset, length) }));

        Assert.That(error.ObjectSize, Is.EqualTo(Size));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(0L, null)]
    [TestCase(0L, 1L)]
    [TestCase(0L, 0L)]
    [TestCase(7L, null)]
    [TestCase(null, 0L)]
    public async Task An_offset_into_an_empty_object_is_InvalidRange_with_size_0(long? offset, long? length)
    {
        await PutAsync("object", []);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidRange, () => Bucket.GetAsync("object", new GetOptions { Range = Range(offset, length) }));

        Assert.That(error.ObjectSize, Is.Zero);
    }

    [ContractTest]
    [TestCase(1L)]
    [TestCase(100L)]
    public async Task A_suffix_of_an_empty_object_is_the_whole_of_it(long length)
    {
        ObjectProperties stored = await PutAsync("object", []);

        await using ObjectReader reader = await Bucket.GetAsync("object", new GetOptions { Range = ByteRange.Suffix(length) });

        Assert.That(reader.Range, Is.EqualTo(new ContentRange(0, 0, 0)));
        StorageAssert.SameObject(reader.Properties, stored);
        Assert.That(await reader.ReadAllAsync(), Is.Empty);
    }

    [ContractTest]
    public async Task A_range_of_a_missing_object_is_NoSuchKey()
    {
        foreach (ByteRange range in new[]
        {
            ByteRange.From(0), ByteRange.From(5, 0), ByteRange.From(5, 5), ByteRange.Suffix(0), ByteRange.Suffix(5),
        })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetAsync("object", new GetOptions { Range = range }));
        }
    }

    [ContractTest]
    public async Task Ranges_cross_the_parts_of_a_large_object()
    {
        byte[] content = Payload.Bytes(PartSize + 5000);
        await PutAsync("object", content);

        foreach ((
            int start,
            int count) in new[] { (PartSize - 100, 200), (PartSize - 1, 1), (PartSize, 1), (PartSize - 3000, 8000), (PartSize + 4999, 1) })
        {
            byte[] read = await ReadAsync("object", new GetOptions { Range = ByteRange.From(start, count) });
            Assert.That(read, Is.EqualTo(content[start..(start + count)]), $"{count} bytes from {start}");
        }
    }

    [ContractTest]
    public async Task Any_range_is_a_slice()
    {
        byte[] content = Payload.Bytes(Size);
        await PutAsync("object", content);
        int seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);

        for (int round = 0; round < 20; round++)
        {
            int offset = random.Next(Size);
            int length = random.Next(1, Size);
            byte[] read = await ReadAsync("object", new GetOptions { Range = ByteRange.From(offset, length) });
            Assert.That(read, Is.EqualTo(content[offset..Math.Min(Size, offset + length)]), $"{length} bytes from {offset}");
        }
    }

    [ContractTest]
    [TestCase(0L, 100L)]
    [TestCase(1L, 1000L)]
    [TestCase(1_000_000L, 1_000_000L)]
    public async Task Several_ranges_deliver_the_bytes_of_each(long maxGap, long maxSize)
    {
        byte[] content = Payload.Bytes(Size);
        await PutAsync("object", content);
        ByteRange[] ranges =
        [
            ByteRange.From(900, 500), ByteRange.From(0, 10), ByteRange.From(5, 10), ByteRange.From(10, 0), ByteRange.From(0, 10),
            ByteRange.From(500, 200), ByteRange.From(16, 4),
        ];
        ByteRange[] open = [.. ranges, ByteRange.Suffix(7), ByteRange.From(990), ByteRange.Suffix(5000)];
        var options = new GetRangesOptions { MaxGap = maxGap, MaxRequestSize = maxSize, MaxConcurrency = 2 };

        foreach (ByteRange[] wanted in new[] { ranges, open, ranges[..1], [ByteRange.From(3, 0)] })
        {
            IReadOnlyList<ReadOnlyMemory<byte>> found = await Bucket.GetRangesAsync("object", wanted, options);
            Assert.That(found, Has.Count.EqualTo(wanted.Length));
            for (int range = 0; range < wanted.Length; range++)
            {
                ContentRange resolved = wanted[range].Resolve(Size);
                byte[] expected = content[(int)resolved.Offset..(int)(resolved.Offset + resolved.Length)];
                Assert.That(found[range].ToArray(), Is.EqualTo(expected), wanted[range].ToString());
            }
        }
    }

    [ContractTest]
    public async Task Several_ranges_fail_as_one_does()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(Size));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidRange, () => Bucket.GetRangesAsync("object", [ByteRange.From(0, 10), ByteRange.From(Size, 10)]));
        await StorageAssert.FailsAsync(
            StorageErrorCode.NotModified,
            () => Bucket.GetRangesAsync("object", [ByteRange.From(0, 10)], new GetRangesOptions { IfNoneMatch = stored.ETag }));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.GetRangesAsync("missing", [ByteRange.From(0, 10)]));
        IReadOnlyList<ReadOnlyMemory<byte>> none = await Bucket.GetRangesAsync("missing", []);

        Assert.That((error.ObjectSize, error.Key), Is.EqualTo((Size, "object")));
        Assert.That(none, Is.Empty);
    }

    private static ByteRange Range(long? offset, long? length) => (offset, length) switch
    {
        ({ } from, null) => ByteRange.From(from),
        ({ } from, { } count) => ByteRange.From(from, count),
        (null, { } suffix) => ByteRange.Suffix(suffix),
        _ => throw new ArgumentException("A range has an offset or a length.", nameof(offset)),
    };
}
