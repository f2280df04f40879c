using System.Collections.Concurrent;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests;

public class BucketTests
{
    /// <summary>A decorator may answer a plain look at the properties from a cache, and no other.</summary>
    [TestCase("look", false)]
    [TestCase("conditional look", true)]
    [TestCase("move", true)]
    [TestCase("move in a race", true)]
    [TestCase("move to another store", true)]
    [TestCase("new attributes", true)]
    public async Task What_decides_a_write_says_so(string call, bool expected)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { DeletesConditionally = call != "move in a race" });
        Bucket bucket = Stores.Over(backend);
        ObjectProperties stored = await bucket.PutAsync("k", new byte[3]);
        var heads = new ConcurrentQueue<bool>();
        backend.Head = (request, token) =>
        {
            heads.Enqueue(request.IsForWrite);
            return backend.Real.HeadAsync(request, token);
        };

        await (call switch
        {
            "look" => bucket.HeadAsync("k"),
            "conditional look" => bucket.HeadAsync("k", new HeadOptions { IfRevision = stored.Revision }),
            "move" or "move in a race" =>
                bucket.MoveAsync(new ObjectAddress(Stores.Bucket, "k"), "other", new MoveOptions { AllowRace = true }),
            "move to another store" => bucket.MoveToAsync("k", Stores.Over(new ScriptedBackend()), "other"),
            _ => (Task)bucket.UpdateAttributesAsync("k", static old => old with { CacheControl = "no-store" }),
        });

        Assert.That(heads, Is.Not.Empty.And.All.EqualTo(expected));
    }

    [Test]
    public async Task Many_keys_are_deleted_in_requests_of_a_thousand_and_each_once([Values(0, 1, 1000, 1001, 2500)] int count)
    {
        var sizes = new List<int>();
        var backend = new ScriptedBackend();
        backend.DeleteMany = (request, token) =>
        {
            sizes.Add(request.Keys.Count);
            return backend.Real.DeleteManyAsync(request, token);
        };
        string[] keys = Enumerable.Range(0, count).Select(static number => $"k{number}").ToArray();
        DeleteManyResult result = await Stores.Over(backend).DeleteManyAsync(keys.Concat(keys));
        Assert.That((result.Count, result.Failures.Count), Is.EqualTo((count, 0)));
        Assert.That(sizes, Is.EqualTo(keys.Chunk(1000).Select(static chunk => chunk.Length)));
    }

    [Test]
    public async Task What_cannot_be_deleted_is_reported_key_by_key_with_its_place()
    {
        var backend = new ScriptedBackend();
        backend.DeleteMany = static (request, _) => Task.FromResult<IReadOnlyList<DeleteFailure>>(
            [new DeleteFailure { Key = request.Keys[1], Error = new StorageException(StorageErrorCode.AccessDenied, "Locked.") }]);
        string tooLong = new('k', 1025);
        DeleteManyResult result = await Stores.Over(backend).DeleteManyAsync(["a", "b", tooLong, "c"]);
        Assert.That(result.Count, Is.EqualTo(2));
        Assert.That(
            result.Failures.Select(static failure => (failure.Key, failure.Error.Code, failure.Error.Operation, failure.Error.Key)),
            Is.EquivalentTo(
                new[]
                {
                    ("b", StorageErrorCode.AccessDenied, "DeleteMany", "b"), (tooLong, StorageErrorCode.InvalidKey, "DeleteMany", tooLong),
                }));
    }

    [Test]
    public async Task A_bad_key_among_many_deletes_nothing()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await Catch.AsyncAs<ArgumentException>(() => bucket.DeleteManyAsync(["a", ""]));
        await Catch.AsyncAs<ArgumentException>(() => bucket.DeleteManyAsync(["a", null!]));
        Assert.That(() => bucket.DeleteManyAsync(null!), Throws.ArgumentNullException);
        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task A_failure_of_a_whole_request_of_many_is_thrown()
    {
        var backend =
            new ScriptedBackend { DeleteMany = static (_, _) => throw new StorageException(StorageErrorCode.ServiceUnavailable, "Down.") };
        await Catch.CodeAsync(StorageErrorCode.ServiceUnavailable, () => Stores.Over(backend).DeleteManyAsync(["a"]));
    }

    [Test]
    public async Task Exists_is_false_only_for_NoSuchKey()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        Assert.That(await bucket.ExistsAsync("k"), Is.False);
        await bucket.PutAsync("k", new byte[1]);
        Assert.That(await bucket.ExistsAsync("k"), Is.True);
        foreach (StorageErrorCode code in Enum.GetValues<StorageErrorCode>().Where(static code => code != StorageErrorCode.NoSuchKey))
        {
            backend.Head = (_, _) => throw new StorageException(code, "r");
            await Catch.CodeAsync(code, () => bucket.ExistsAsync("k"));
        }
    }

    [Test]
    public async Task Listing_asks_for_a_page_only_when_it_is_wanted()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        foreach (string key in (string[])["a", "b", "c", "d", "e"])
        {
            await bucket.PutAsync(key, new byte[1]);
        }

        await using IAsyncEnumerator<ListEntry> entries = bucket.ListAsync(new ListOptions { PageSize = 2 }).GetAsyncEnumerator();
        Assert.That(backend.Count("List"), Is.Zero);
        await entries.MoveNextAsync();
        await entries.MoveNextAsync();
        Assert.That(backend.Count("List"), Is.EqualTo(1));
        await entries.MoveNextAsync();
        Assert.That((backend.Count("List"), entries.Current.Key), Is.EqualTo((2, "c")));
    }

    [Test]
    public async Task Pages_that_are_empty_but_not_the_last_are_gone_through()
    {
        int pages = 0;
        var backend = new ScriptedBackend
        {
            List = (_, _) => Task.FromResult(++pages switch
            {
                1 => new ListPage { Entries = [], ContinuationToken = "next" },
                _ => new ListPage { Entries = [new ListEntry { Key = "k" }] },
            }),
        };
        var keys = new List<string>();
        await foreach (ListEntry entry in Stores.Over(backend).ListAsync())
        {
            keys.Add(entry.Key);
        }

        Assert.That(keys, Is.EqualTo(new[] { "k" }));
    }

    [Test]
    public async Task Listing_options_out_of_their_range_are_bad_arguments()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        ListOptions[] bad =
        [
            new() { PageSize = 0 },
            new() { PageSize = 1001 },
            new() { Delimiter = "" },
            new() { Prefix = null! },
            new() { Prefix = "\ud800" },
            new() { Delimiter = "\ud800" },
            new() { StartAfter = "\ud800" },
            new() { ContinuationToken = "no token" },
        ];
        foreach (ListOptions options in bad)
        {
            await Catch.AsyncAs<ArgumentException>(() => bucket.ListPageAsync(options));
        }

        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task The_token_of_another_query_is_a_bad_argument_and_of_the_same_goes_on()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        await bucket.PutAsync("a", new byte[1]);
        await bucket.PutAsync("b", new byte[1]);
        ListPage page = await bucket.ListPageAsync(new ListOptions { PageSize = 1 });
        ListPage next = await bucket.ListPageAsync(new ListOptions { PageSize = 5, ContinuationToken = page.ContinuationToken });
        Assert.That(next.Objects.Single().Key, Is.EqualTo("b"), "the page size may change");
        await Catch.AsyncAs<ArgumentException>(
            () => bucket.ListPageAsync(new ListOptions { Prefix = "a", ContinuationToken = page.ContinuationToken }));
    }

    [Test]
    public async Task Parts_out_of_order_are_InvalidPartOrder_and_none_at_all_is_InvalidPart_before_any_request()
    {
        var backend = new ScriptedBackend();
        MultipartUpload upload = await Stores.Over(backend).CreateMultipartUploadAsync("k");
        string etag = Bytes.Md5([]);
        await Catch.CodeAsync(StorageErrorCode.InvalidPartOrder, () => upload.CompleteAsync([Part(2, etag), Part(1, etag)]));
        await Catch.CodeAsync(StorageErrorCode.InvalidPartOrder, () => upload.CompleteAsync([Part(1, etag), Part(1, etag)]));
        await Catch.CodeAsync(StorageErrorCode.InvalidPart, () => upload.CompleteAsync([]));
        await Catch.AsyncAs<ArgumentNullException>(() => upload.CompleteAsync([null!]));
        await Catch.AsyncAs<ArgumentNullException>(() => upload.CompleteAsync([Part(1, null!)]));
        Assert.That(() => upload.CompleteAsync(null!), Throws.ArgumentNullException);
        Assert.That(backend.Count("Complete"), Is.Zero);
    }

    [Test]
    public async Task A_parts_ETag_may_come_in_quotes()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.UploadPartAsync(1, new byte[1]);
        await upload.CompleteAsync([part with { ETag = $"\"{part.ETag}\"" }]);
        Assert.That(await bucket.ExistsAsync("k"), Is.True);
    }

    [Test]
    public async Task Parts_and_uploads_are_listed_from_markers_page_by_page()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("b");
        foreach (int number in (int[])[3, 1, 7, 5])
        {
            await upload.UploadPartAsync(number, new byte[1]);
        }

        var numbers = new List<int>();
        await foreach (PartInfo part in upload.ListPartsAsync(new ListPartsOptions { StartAfter = 1, PageSize = 1 }))
        {
            numbers.Add(part.PartNumber);
        }

        Assert.That(numbers, Is.EqualTo(new[] { 3, 5, 7 }));

        MultipartUpload second = await bucket.CreateMultipartUploadAsync("b");
        await bucket.CreateMultipartUploadAsync("a");
        await bucket.CreateMultipartUploadAsync("c");
        string[] ids = [upload.UploadId, second.UploadId];
        Array.Sort(ids, string.CompareOrdinal);
        Assert.That(await UploadsAsync(bucket, new ListUploadsOptions { PageSize = 1 }), Has.Count.EqualTo(4));
        Assert.That(await UploadsAsync(bucket, new ListUploadsOptions { Prefix = "b" }), Is.EqualTo(ids));
        Assert.That(await UploadsAsync(bucket, new ListUploadsOptions { StartAfterKey = "b" }), Has.Count.EqualTo(1));
        Assert.That(
            (await UploadsAsync(bucket, new ListUploadsOptions { StartAfterKey = "b", StartAfterUploadId = ids[0] }))[0],
            Is.EqualTo(ids[1]));
    }

    [Test]
    public void A_handle_says_where_a_bad_key_was_met()
    {
        StorageException error = Catch.Code(
            StorageErrorCode.InvalidKey, () => Stores.Over(new ScriptedBackend()).GetMultipartUpload(new string('k', 1025), "id"));
        Assert.That((error.Operation, error.Bucket, error.Provider), Is.EqualTo(("GetMultipartUpload", "bucket", "memory")));
    }

    [Test]
    public async Task A_copied_part_is_a_range_of_the_source_and_pinned_to_it()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend, partSize: 100);
        byte[] bytes = Bytes.Of(20);
        ObjectProperties source = await bucket.PutAsync("source", bytes);
        CopyPartRequest? asked = null;
        backend.CopyPart = (request, token) =>
        {
            asked = request;
            return backend.Real.CopyPartAsync(request, token);
        };
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("k");
        PartInfo part = await upload.CopyPartAsync(1, new ObjectAddress(Stores.Bucket, "source"), ByteRange.From(15, 100));
        Assert.That((asked!.Range, asked.SourceProperties.Revision), Is.EqualTo((new ContentRange(15, 5, 20), source.Revision)));
        await upload.CompleteAsync([part]);
        Assert.That(await PutTransferTests.ReadAsync(bucket, "k"), Is.EqualTo(bytes[15..]));
        await Catch.CodeAsync(
            StorageErrorCode.InvalidRange, () => upload.CopyPartAsync(1, new ObjectAddress(Stores.Bucket, "source"), ByteRange.From(20)));
    }

    [Test]
    public async Task A_key_that_is_too_long_is_InvalidKey_before_any_request_everywhere()
    {
        var backend = new ScriptedBackend(new StorageCapabilities { MaxKeyBytes = 900 });
        Bucket bucket = Stores.Over(backend);
        string key = new('k', 901);
        Func<Task>[] operations =
        [
            () => bucket.PutAsync(key, new byte[1]),
            () => bucket.GetAsync(key),
            () => bucket.HeadAsync(key),
            () => bucket.ExistsAsync(key),
            () => bucket.DeleteAsync(key),
            () => bucket.CopyAsync(new ObjectAddress(Stores.Bucket, "k"), key),
            () => bucket.MoveAsync("k", key),
            () => bucket.MoveAsync(key, "k"),
            () => bucket.CreateMultipartUploadAsync(key),
            () => bucket.OpenReadAsync(key),
            () => bucket.OpenWriteAsync(key),
        ];
        foreach (Func<Task> operation in operations)
        {
            await Catch.CodeAsync(StorageErrorCode.InvalidKey, operation);
        }

        Assert.That(backend.Calls, Is.Empty);
    }

    [Test]
    public async Task An_empty_revision_is_a_bad_argument()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        await Catch.AsyncAs<ArgumentException>(() => bucket.PutAsync("k", new byte[1], new PutOptions { IfRevision = "" }));
        await Catch.AsyncAs<ArgumentException>(() => bucket.GetAsync("k", new GetOptions { IfRevision = "" }));
        await Catch.AsyncAs<ArgumentException>(() => bucket.DeleteAsync("k", new DeleteOptions { IfRevision = "" }));
    }

    private static async Task<List<string>> UploadsAsync(Bucket bucket, ListUploadsOptions options)
    {
        var ids = new List<string>();
        await foreach (MultipartUploadInfo upload in bucket.ListMultipartUploadsAsync(options))
        {
            ids.Add(upload.UploadId);
        }

        return ids;
    }

    [Test]
    public async Task An_upload_id_to_start_after_needs_its_key()
    {
        var backend = new ScriptedBackend();
        var query = new ListUploadsOptions { StartAfterUploadId = "id" };
        await Catch.AsyncAs<ArgumentException>(async () => await Stores.Over(backend).ListMultipartUploadsAsync(query).ToListAsync());
        Assert.That(backend.Calls, Is.Empty);
    }

    private static PartInfo Part(int number, string etag) => new() { PartNumber = number, ETag = etag };
}
