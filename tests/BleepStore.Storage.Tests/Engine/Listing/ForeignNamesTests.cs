using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Listing;

/// <summary>Names upstream that no key spells.</summary>
public class ForeignNamesTests
{
    [Test]
    public async Task They_are_listed_page_by_page_with_what_is_hidden_in_them_spelled_out()
    {
        var backend = new ForeignBackend("a\tb", "c\u202ed", "plain");
        Bucket bucket = await ObjectStore.Create(backend).CreateBucketAsync("bucket");

        List<ForeignName> names = await bucket.ListForeignNamesAsync().ToListAsync();

        Assert.That(names.Select(static name => name.DisplayName), Is.EqualTo(new[] { "a\\u0009b", "c\\u202ed", "plain" }));
        Assert.That(names.Select(static name => name.Size), Is.EqualTo(new long?[] { 0, 1, 2 }));
        Assert.That(backend.Pages, Is.EqualTo(3));
    }

    [Test]
    public async Task A_backend_that_does_not_say_has_none()
    {
        Bucket bucket = await Stores.InMemoryAsync();
        await bucket.PutAsync("k", new byte[1]);
        Assert.That(await bucket.ListForeignNamesAsync().ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_bucket_that_they_alone_keep_says_so()
    {
        ObjectStore store = ObjectStore.Create(new ForeignBackend("x\u202ey"));
        await store.CreateBucketAsync("bucket");

        StorageException error = await Catch.CodeAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain("'x\\u202ey'").And.Contain("ListForeignNamesAsync").And.Contain("no key maps to"));
        Assert.That((error.Status, error.RequestId, error.Operation), Is.EqualTo((409, "r-1", "DeleteBucket")));
    }

    [Test]
    public async Task A_bucket_with_objects_says_what_the_backend_says()
    {
        ObjectStore store = ObjectStore.Create(new ForeignBackend("x"));
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("k", new byte[1]);

        StorageException error = await Catch.CodeAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain("It is not empty."));
    }

    [Test]
    public async Task When_they_cannot_be_listed_the_failure_of_the_deletion_stands()
    {
        var backend = new ForeignBackend("x") { Failure = new StorageException(StorageErrorCode.AccessDenied, "No listing.") };
        ObjectStore store = ObjectStore.Create(backend);
        await store.CreateBucketAsync("bucket");

        StorageException error = await Catch.CodeAsync(StorageErrorCode.BucketNotEmpty, () => store.DeleteBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain("It is not empty."));
    }

    [Test]
    public async Task A_listing_of_them_that_goes_in_a_circle_ends()
    {
        ObjectStore store = ObjectStore.Create(new ForeignBackend("a", "b", "c") { GoesInACircle = true });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await Catch.CodeAsync(StorageErrorCode.InternalError, async () => await bucket.ListForeignNamesAsync().Take(20).ToListAsync());
    }

    private sealed class ForeignBackend(params string[] names)
        : DelegatingBackend(new InMemoryBackend(new InMemoryBackendOptions(), timeProvider: null))
    {
        public int Pages { get; private set; }

        public bool GoesInACircle { get; init; }

        public StorageException? Failure { get; init; }

        public override Task<ListForeignNamesResult> ListForeignNamesAsync(
            ListForeignNamesRequest request, CancellationToken cancellationToken)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            Pages++;
            int at = GoesInACircle ? 0 : int.Parse(request.ContinuationToken ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            return Task.FromResult(new ListForeignNamesResult
            {
                Names = [new ForeignName { DisplayName = names[at], Size = at }],
                ContinuationToken = at + 1 < names.Length ? (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            });
        }

        public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
            throw new StorageException(StorageErrorCode.BucketNotEmpty, "It is not empty.") { Status = 409, RequestId = "r-1" };
    }
}
