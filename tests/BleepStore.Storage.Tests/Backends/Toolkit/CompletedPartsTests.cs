using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Backends.Toolkit;

public class CompletedPartsTests
{
    private static readonly string A = Bytes.Md5("a"u8);
    private static readonly string B = Bytes.Md5("b"u8);

    private static readonly Dictionary<int, PartInfo> Stored = new()
    {
        [1] = Part(1, A, 10),
        [2] = Part(2, B, 4),
        [5] = Part(5, A, 3),
    };

    [Test]
    public void The_stored_parts_are_taken_whatever_size_the_caller_names()
    {
        CompletedParts parts = CompletedParts.Choose(Request([Part(1, A, 999), Part(2, B)], minimum: 5), Stored);
        Assert.That(parts.Size, Is.EqualTo(14));
        Assert.That(parts.Parts, Is.EqualTo(new[] { Stored[1], Stored[2] }));
        Assert.That(parts.ETag, Is.EqualTo(ETags.Compose([Part(1, A), Part(2, B)])));
    }

    [Test]
    public void A_subset_is_enough() => Assert.That(CompletedParts.Choose(Request([Part(5, A)]), Stored).Size, Is.EqualTo(3));

    [Test]
    public void A_single_small_part_is_the_last_and_may_be_small() =>
        Assert.That(CompletedParts.Choose(Request([Part(2, B)], minimum: 5), Stored).Size, Is.EqualTo(4));

    [Test]
    public void A_part_that_was_not_uploaded_is_InvalidPart() =>
        Assert.That(
            Catch.Code(StorageErrorCode.InvalidPart, () => CompletedParts.Choose(Request([Part(3, A)]), Stored)).Message,
            Does.Contain("3"));

    [Test]
    public void An_ETag_that_is_not_the_latest_is_InvalidPart() =>
        Catch.Code(StorageErrorCode.InvalidPart, () => CompletedParts.Choose(Request([Part(1, B)]), Stored));

    [Test]
    public void A_small_part_before_the_last_is_EntityTooSmall() =>
        Catch.Code(StorageErrorCode.EntityTooSmall, () => CompletedParts.Choose(Request([Part(2, B), Part(5, A)], minimum: 5), Stored));

    [Test]
    public void A_wrong_part_is_found_before_a_small_one() =>
        Catch.Code(StorageErrorCode.InvalidPart, () => CompletedParts.Choose(Request([Part(2, B), Part(5, B)], minimum: 5), Stored));

    private static CompleteUploadRequest Request(PartInfo[] parts, long minimum = 1) =>
        new() { Bucket = "b", Key = "k", UploadId = "u", Parts = parts, MinimumPartSize = minimum };

    private static PartInfo Part(int number, string etag, long size = 0) => new() { PartNumber = number, ETag = etag, Size = size };
}
