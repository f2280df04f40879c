using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Listing;

/// <summary>Listings of a server that ignores where to go on.</summary>
public class ListProgressTests
{
    private const int Patience = 20;

    [Test]
    public async Task A_listing_of_objects_that_goes_in_a_circle_ends()
    {
        Bucket bucket = ObjectStore.Create(new CircularBackend()).GetBucket("bucket");
        await EndsAsync(bucket.ListAsync());
    }

    [Test]
    public async Task A_listing_of_uploads_that_goes_in_a_circle_ends()
    {
        Bucket bucket = ObjectStore.Create(new CircularBackend()).GetBucket("bucket");
        await EndsAsync(bucket.ListMultipartUploadsAsync());
    }

    [Test]
    public async Task A_listing_of_parts_that_goes_in_a_circle_ends()
    {
        Bucket bucket = ObjectStore.Create(new CircularBackend()).GetBucket("bucket");
        await EndsAsync(bucket.GetMultipartUpload("k", "id").ListPartsAsync());
    }

    [Test]
    public async Task A_listing_of_buckets_that_goes_in_a_circle_ends()
    {
        ObjectStore store = ObjectStore.Create(new CircularBackend());
        await EndsAsync(store.ListBucketsAsync());
    }

    private static async Task EndsAsync<T>(IAsyncEnumerable<T> listing)
    {
        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.InternalError, async () => Assert.That(await listing.Take(Patience).CountAsync(), Is.LessThan(Patience)));
        Assert.That(error.Message, Does.Contain("same page"));
    }

    private sealed class CircularBackend() : DelegatingBackend(new InMemoryBackend(new InMemoryBackendOptions(), timeProvider: null))
    {
        public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) => Task.FromResult(new ListPage
        {
            Entries = [new ListEntry { Key = "k" }],
            ContinuationToken = "again",
        });

        public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new ListUploadsResult
            {
                Uploads = [new MultipartUploadInfo { Key = "k", UploadId = "id", InitiatedAt = default }],
                IsTruncated = true,
            });

        public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new ListPartsResult { Parts = [new PartInfo { PartNumber = 7, ETag = "etag" }], IsTruncated = true });

        public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new ListBucketsResult { Buckets = [new BucketInfo { Name = "bucket" }], IsTruncated = true });
    }
}
