using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Listing;

public sealed class PagingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void A_page_that_leads_to_another_leads_to_it() => Assert.That(Paging.Next("a", "b"), Is.EqualTo("b"));

    [TestCase(null)]
    [TestCase("")]
    public void A_page_without_a_marker_is_the_last(string? next) => Assert.That(Paging.Next("a", next), Is.Null);

    [Test]
    public void A_page_that_leads_to_itself_is_refused() => Assert.That(
        static () => Paging.Next("a", "a"),
        Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Code)).EqualTo(StorageErrorCode.InternalError));

    [TestCase("", null, 3, "a-1 a.1 a1", true)]
    [TestCase("", null, 4, "a-1 a.1 a1 b", false)]
    [TestCase("a", null, 9, "a-1 a.1 a1", false)]
    [TestCase("", "a.1", 1, "a1", true)]
    [TestCase("", "b", 1, "", false)]
    [TestCase("a", "a.0", 1, "a.1", true)]
    public void Buckets_are_cut_to_the_page(string prefix, string? startAfter, int size, string expected, bool isTruncated)
    {
        var request = new ListBucketsRequest { Prefix = prefix, StartAfter = startAfter, PageSize = size };
        ListBucketsResult page = Paging.Page(request, Buckets("b", "a1", "a-1", "a.1"));
        Assert.That(string.Join(' ', page.Buckets.Select(static bucket => bucket.Name)), Is.EqualTo(expected));
        Assert.That(page.IsTruncated, Is.EqualTo(isTruncated));
    }

    /// <summary>The key with an emoji follows the one with U+FFFD in UTF-8, and precedes it in UTF-16.</summary>
    [TestCase("", null, null, 9, "k:1 k:2 k:a l:1 \uFFFD:1 \U0001F600:1", false)]
    [TestCase("", null, null, 2, "k:1 k:2", true)]
    [TestCase("", "k", null, 9, "l:1 \uFFFD:1 \U0001F600:1", false)]
    [TestCase("", "k", "1", 9, "k:2 k:a l:1 \uFFFD:1 \U0001F600:1", false)]
    [TestCase("k", "k", "1", 1, "k:2", true)]
    [TestCase("k", "k", "a", 1, "", false)]
    [TestCase("", "\uFFFD", null, 9, "\U0001F600:1", false)]
    [TestCase("l", null, null, 1, "l:1", false)]
    public void Uploads_are_cut_to_the_page(string prefix, string? key, string? id, int size, string expected, bool isTruncated)
    {
        var request = new ListUploadsRequest
        {
            Bucket = "b",
            Prefix = prefix,
            StartAfterKey = key,
            StartAfterUploadId = id,
            PageSize = size,
        };
        ListUploadsResult page = Paging.Page(request, Uploads("\U0001F600:1", "k:a", "l:1", "k:2", "\uFFFD:1", "k:1"), Now);
        Assert.That(string.Join(' ', page.Uploads.Select(static upload => $"{upload.Key}:{upload.UploadId}")), Is.EqualTo(expected));
        Assert.That(page.IsTruncated, Is.EqualTo(isTruncated));
        Assert.That(page.ServiceTime, Is.EqualTo(Now));
    }

    [Test]
    public void The_largest_page_holds_all_uploads()
    {
        var request = new ListUploadsRequest { Bucket = "b", PageSize = int.MaxValue };
        Assert.That(Paging.Page(request, Uploads("k:2", "k:1")).Uploads, Has.Count.EqualTo(2));
    }

    [TestCase(0, 2, "1 2", true)]
    [TestCase(0, 3, "1 2 10", false)]
    [TestCase(2, 1, "10", false)]
    [TestCase(10, 1, "", false)]
    public void Parts_are_cut_to_the_page(int startAfter, int size, string expected, bool isTruncated)
    {
        var request = new ListPartsRequest { Bucket = "b", Key = "k", UploadId = "u", StartAfter = startAfter, PageSize = size };
        int[] numbers = [10, 2, 1];
        ListPartsResult page = Paging.Page(
            request, numbers.Select(static number => new PartInfo { PartNumber = number, ETag = "e", Size = 1 }));
        Assert.That(string.Join(' ', page.Parts.Select(static part => part.PartNumber)), Is.EqualTo(expected));
        Assert.That(page.IsTruncated, Is.EqualTo(isTruncated));
    }

    private static IEnumerable<BucketInfo> Buckets(params string[] names) =>
        names.Select(static name => new BucketInfo { Name = name, CreatedAt = Now });

    private static IEnumerable<MultipartUploadInfo> Uploads(params string[] uploads) =>
        uploads.Select(static upload => new MultipartUploadInfo
        {
            Key = upload[..upload.IndexOf(':', StringComparison.Ordinal)],
            UploadId = upload[(upload.IndexOf(':', StringComparison.Ordinal) + 1)..],
            InitiatedAt = Now,
        });
}
