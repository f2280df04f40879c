using System.Text;
using System.Text.Json;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Support;
using NSubstitute;

namespace BleepStore.Storage.Tests.Transfers;

public class BucketExtensionsTests
{
    private ObjectStore _store;
    private Bucket _bucket;

    [SetUp]
    public async Task CreateBucket()
    {
        _store = InMemoryStore.Create();
        _bucket = await _store.CreateBucketAsync("bucket");
    }

    [TearDown]
    public ValueTask DisposeStore() => _store.DisposeAsync();

    [Test]
    public async Task A_byte_order_mark_says_how_a_text_is_encoded()
    {
        await _bucket.PutAsync("utf-16", new UnicodeEncoding(bigEndian: true, byteOrderMark: true) is var encoding
            ? (byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes("größer")]
            : []);
        await _bucket.PutAsync("latin", Encoding.Latin1.GetBytes("größer"));
        await _bucket.PutTextAsync("own", "\uFEFFgrößer");

        Assert.That(await _bucket.GetTextAsync("utf-16"), Is.EqualTo("größer"));
        Assert.That(await _bucket.GetTextAsync("own"), Is.EqualTo("größer"));
        Assert.That(await _bucket.GetTextAsync("latin", encoding: Encoding.Latin1), Is.EqualTo("größer"));
        Assert.That(await _bucket.GetTextAsync("latin"), Is.EqualTo("gr\uFFFD\uFFFDer"));
    }

    [Test]
    public async Task Half_a_surrogate_pair_is_refused_before_it_is_stored()
    {
        await Assert.CatchAsync<ArgumentException>(() => _bucket.PutTextAsync("text", "a\uD800"));
        Assert.That(async () => await _bucket.ExistsAsync("text"), Is.False);
    }

    [TestCase(null, "text/plain; charset=utf-8")]
    [TestCase("", "text/plain; charset=utf-8")]
    [TestCase("text/html", "text/html")]
    public async Task A_content_type_that_is_given_counts(string? given, string expected)
    {
        await _bucket.PutTextAsync("text", "a", new PutOptions { ContentType = given, CacheControl = "no-store" });

        ObjectProperties found = await _bucket.HeadAsync("text");
        Assert.That((found.ContentType, found.CacheControl), Is.EqualTo((expected, "no-store")));
    }

    [Test]
    public async Task An_empty_content_type_counts_as_none()
    {
        await _bucket.PutAsync("a", new byte[1], new PutOptions { ContentType = "" });

        Assert.That((await _bucket.HeadAsync("a")).ContentType, Is.Null);
    }

    [Test]
    public async Task A_value_that_cannot_be_written_leaves_the_old_object()
    {
        await _bucket.PutTextAsync("value", "old");
        var circle = new Circle();
        circle.Self = circle;

        await Assert.ThrowsAsync<JsonException>(() => _bucket.PutJsonAsync("value", circle));

        Assert.That(await _bucket.GetTextAsync("value"), Is.EqualTo("old"));
    }

    [Test]
    public async Task JSON_by_reflection_has_names_in_camel_case()
    {
        await _bucket.PutJsonAsync("value", new { FirstName = "Ada" });
        await _bucket.PutJsonAsync("half", "a\uD800");

        Assert.That(await _bucket.GetTextAsync("value"), Is.EqualTo("""{"firstName":"Ada"}"""));
        Assert.That(await _bucket.GetJsonAsync<string>("half"), Is.EqualTo("a\uFFFD"), "half a surrogate pair");
        Assert.That((await _bucket.GetJsonAsync<Dictionary<string, string>>("value"))!["firstName"], Is.EqualTo("Ada"));
        JsonException error = await Catch.AsyncAs<JsonException>(() => _bucket.GetJsonAsync<int>("value"));
        Assert.That(error.Message, Does.Contain($"{_bucket.Name}/value"));
    }

    [Test]
    public async Task JSON_that_is_null_is_null()
    {
        await _bucket.PutJsonAsync<string?>("value", null);

        Assert.That(await _bucket.GetTextAsync("value"), Is.EqualTo("null"));
        Assert.That(await _bucket.GetJsonAsync<string>("value"), Is.Null);
    }

    [Test]
    public async Task Small_JSON_is_one_put()
    {
        var backend = new InterceptingBackend(new UnownedBackend(_store.GetService<StorageBackend>()!));
        await using var store = ObjectStore.Create(backend);

        await store.GetBucket("bucket").PutJsonAsync("value", new[] { 1, 2 });

        Assert.That(backend.Requests, Is.EqualTo(["Put"]));
    }

    [Test]
    public void The_empty_prefix_is_refused() =>
        Assert.That(() => _bucket.DeletePrefixAsync(""), Throws.ArgumentException.With.Message.Contains("DeleteManyAsync"));

    [Test]
    public async Task A_prefix_of_many_pages_is_deleted()
    {
        for (int at = 0; at < 2500; at++)
        {
            await _bucket.PutAsync($"a/{at}", new byte[1]);
        }

        await _bucket.PutAsync("b", new byte[1]);

        Assert.That((await _bucket.DeletePrefixAsync("a/")).Count, Is.EqualTo(2500));
        Assert.That(await _bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(["b"]));
    }

    [TestCase("a/", "a/")]
    [TestCase("a/", "a/b/")]
    [TestCase("", "b/")]
    public void A_prefix_is_not_moved_into_itself(string prefix, string newPrefix) =>
        Assert.That(() => _bucket.MovePrefixAsync(prefix, newPrefix), Throws.ArgumentException);

    [Test]
    public async Task A_prefix_of_many_pages_is_moved_up_and_an_object_that_could_replace_another_stays_and_is_told()
    {
        for (int at = 0; at < 2500; at++)
        {
            await _bucket.PutTextAsync($"a/{at}", $"{at}");
        }

        await _bucket.PutTextAsync("a/a/7", "inner");

        FolderReport moved = await _bucket.MovePrefixAsync("a/", "");

        Assert.That((moved.Transferred, moved.IsComplete), Is.EqualTo((2500L, true)));
        Assert.That(moved.Failures.Select(static failure => failure.Name), Is.EqualTo(["a/7"]));
        Assert.That(await _bucket.GetTextAsync("7"), Is.EqualTo("7"));
        Assert.That(await _bucket.GetTextAsync("a/a/7"), Is.EqualTo("inner"));
        Assert.That(await _bucket.ListAsync().CountAsync(), Is.EqualTo(2501));
    }

    [Test]
    public async Task An_object_whose_key_is_the_prefix_itself_stays_where_it_would_have_no_key()
    {
        foreach (string key in new[] { "a/", "a/1", "a/2" })
        {
            await _bucket.PutTextAsync(key, key);
        }

        FolderReport moved = await _bucket.MovePrefixAsync("a/", "");

        Assert.That((moved.Transferred, moved.IsComplete), Is.EqualTo((2L, true)));
        Assert.That(moved.Failures.Select(static failure => failure.Name), Is.EqualTo([""]));
        Assert.That(await _bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(["1", "2", "a/"]));
    }

    [Test]
    public async Task An_object_that_a_move_has_left_at_both_keys_is_a_failure_under_IfAbsent_and_replaced_otherwise()
    {
        await _bucket.PutTextAsync("a/1", "one");
        var backend = new InterceptingBackend(new UnownedBackend(_store.GetService<StorageBackend>()!));
        await using var store = ObjectStore.Create(backend);
        Bucket bucket = store.GetBucket("bucket");
        backend.Before = static request =>
            request is DeleteRequest ? throw new StorageException(StorageErrorCode.AccessDenied, "cut") : Task.CompletedTask;
        Assert.That((await bucket.MovePrefixAsync("a/", "b/")).Failures, Has.Count.EqualTo(1));
        backend.Before = null;

        FolderReport refused = await bucket.MovePrefixAsync("a/", "b/", new MoveOptions { IfAbsent = true });

        Assert.That((refused.Failures.Single().Error as StorageException)?.Code, Is.EqualTo(StorageErrorCode.PreconditionFailed));
        Assert.That(await _bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(["a/1", "b/1"]));
        Assert.That((await bucket.MovePrefixAsync("a/", "b/")).Failures, Is.Empty);
        Assert.That(await _bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(["b/1"]));
    }

    [Test]
    public async Task A_store_that_is_disposed_ends_a_move_of_a_prefix()
    {
        for (int at = 0; at < 50; at++)
        {
            await _bucket.PutTextAsync($"a/{at}", $"{at}");
        }

        var backend = new InterceptingBackend(new UnownedBackend(_store.GetService<StorageBackend>()!));
        var store = ObjectStore.Create(backend);
        backend.Before = async request =>
        {
            if (request is CopyRequest)
            {
                await store.DisposeAsync();
            }
        };

        await Assert.ThatAsync(() => store.GetBucket("bucket").MovePrefixAsync("a/", "b/"), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_move_of_a_prefix_goes_on_after_failures_and_can_be_called_again()
    {
        await _bucket.PutTextAsync("a/1", "one");
        await _bucket.PutTextAsync("a/2", "two");
        await _bucket.PutTextAsync("b/1", "there");

        FolderReport moved = await _bucket.MovePrefixAsync("a/", "b/", new MoveOptions { IfAbsent = true });

        Assert.That(moved.Transferred, Is.EqualTo(1));
        Assert.That(moved.Failures.Single().Name, Is.EqualTo("1"));
        Assert.That((moved.Failures.Single().Error as StorageException)?.Code, Is.EqualTo(StorageErrorCode.PreconditionFailed));
        Assert.That((await _bucket.GetTextAsync("a/1"), await _bucket.GetTextAsync("b/1")), Is.EqualTo(("one", "there")));
        Assert.That((await _bucket.MovePrefixAsync("a/", "b/")).Failures, Is.Empty);
        Assert.That(await _bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(["b/1", "b/2"]));
        Assert.That(await _bucket.GetTextAsync("b/1"), Is.EqualTo("one"));
    }

    [Test]
    public async Task A_move_of_a_prefix_that_fails_a_thousand_times_stops()
    {
        Bucket bucket = Substitute.For<Bucket>();
        bucket.ListPageAsync(Arg.Any<ListOptions>(), Arg.Any<CancellationToken>()).Returns(new ListPage
        {
            Entries = [.. Enumerable.Range(0, 1000).Select(static at => new ListEntry { Key = $"a/{at}" })],
            ContinuationToken = "more",
        });
        bucket.MoveAsync(Arg.Any<string>(), Arg.Any<string>(), Arg.Any<MoveOptions>(), Arg.Any<CancellationToken>())
            .Returns(Task.FromException<ObjectProperties>(new StorageException(StorageErrorCode.AccessDenied, "No.")));

        FolderReport moved = await bucket.MovePrefixAsync("a/", "b/");

        Assert.That((moved.Transferred, moved.Failures.Count, moved.IsComplete), Is.EqualTo((0L, 1000, false)));
        await bucket.Received(1).ListPageAsync(Arg.Any<ListOptions>(), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task A_cancelled_move_of_a_prefix_leaves_each_object_under_one_of_its_keys()
    {
        for (int at = 0; at < 100; at++)
        {
            await _bucket.PutTextAsync($"a/{at}", $"{at}");
        }

        var backend = new InterceptingBackend(new UnownedBackend(_store.GetService<StorageBackend>()!));
        await using var store = ObjectStore.Create(backend);
        using var cancel = new CancellationTokenSource();
        int deletes = 0;
        backend.Before = request => request is DeleteRequest && Interlocked.Increment(ref deletes) == 20 ? cancel.CancelAsync() : Task.CompletedTask;

        await Assert.ThatAsync(
            () => store.GetBucket("bucket").MovePrefixAsync("a/", "b/", cancellationToken: cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
        await _bucket.MovePrefixAsync("a/", "b/");

        Assert.That(await _bucket.ListAsync().Select(static entry => entry.Key).AllAsync(static key => key.StartsWith("b/", StringComparison.Ordinal)), Is.True);
        Assert.That(await _bucket.ListAsync().CountAsync(), Is.EqualTo(100));
    }

    [Test]
    public async Task A_deletion_that_fails_a_thousand_times_stops()
    {
        Bucket bucket = Substitute.For<Bucket>();
        bucket.ListPageAsync(Arg.Any<ListOptions>(), Arg.Any<CancellationToken>()).Returns(new ListPage
        {
            Entries = [.. Enumerable.Range(0, 1000).Select(static at => new ListEntry { Key = $"a/{at}" })],
            ContinuationToken = "more",
        });
        bucket.DeleteManyAsync(Arg.Any<IEnumerable<string>>(), Arg.Any<CancellationToken>()).Returns(static call => new DeleteManyResult
        {
            Count = 0,
            Failures =
            [
                .. call.Arg<IEnumerable<string>>().Select(static key =>
                    new DeleteFailure { Key = key, Error = new StorageException(StorageErrorCode.AccessDenied, "No.") }),
            ],
        });

        DeleteManyResult deleted = await bucket.DeletePrefixAsync("a/");

        Assert.That((deleted.Count, deleted.Failures.Count), Is.EqualTo((0, 1000)));
        await bucket.Received(1).ListPageAsync(Arg.Any<ListOptions>(), Arg.Any<CancellationToken>());
    }

    [Test]
    public async Task A_fake_of_the_core_members_carries_the_everyday_calls()
    {
        Bucket bucket = Substitute.For<Bucket>();
        var properties = new ObjectProperties { Key = "a", Size = 3, ETag = "e", Revision = "r", LastModified = DateTimeOffset.UnixEpoch };
        bucket.GetAsync("a", Arg.Any<GetOptions>(), Arg.Any<CancellationToken>())
            .Returns(_ => new ObjectReader(properties, new ContentRange(0, 3, 3), new MemoryStream("abc"u8.ToArray())));
        bucket.PutAsync("b", Arg.Any<ReadOnlyMemory<byte>>(), Arg.Any<PutOptions>(), Arg.Any<CancellationToken>()).Returns(properties);
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("file");

        Assert.That(await bucket.GetTextAsync("a"), Is.EqualTo("abc"));
        Assert.That(await bucket.PutTextAsync("b", "x"), Is.SameAs(properties));
        Assert.That(await bucket.GetFileAsync("a", file), Is.SameAs(properties));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("abc"));
    }

    [Test]
    public async Task A_copy_between_two_stores_leaves_the_storage_class_and_keeps_what_is_given()
    {
        await _bucket.PutAsync("a", new byte[1], new PutOptions { StorageClass = "Cool", ContentType = "text/x-a" });
        await using ObjectStore other = InMemoryStore.Create();
        Bucket elsewhere = await other.CreateBucketAsync("elsewhere");

        ObjectProperties kept = await _bucket.CopyToAsync("a", elsewhere);
        ObjectProperties given = await _bucket.CopyToAsync(
            "a", elsewhere, "b", new CopyOptions { Attributes = new ObjectAttributes { StorageClass = "Hot" } });

        Assert.That((kept.StorageClass, kept.ContentType), Is.EqualTo((null as string, "text/x-a")));
        Assert.That((given.StorageClass, given.ContentType), Is.EqualTo(("Hot", null as string)));
    }

    [Test]
    public async Task Conditions_hold_on_both_sides_of_a_copy_between_stores()
    {
        ObjectProperties source = await _bucket.PutAsync("a", new byte[1]);
        await using ObjectStore other = InMemoryStore.Create();
        Bucket elsewhere = await other.CreateBucketAsync("elsewhere");
        await elsewhere.PutAsync("a", new byte[2]);

        await FailsAsync(new CopyOptions { IfAbsent = true });
        await FailsAsync(new CopyOptions { IfRevision = "other" });
        await FailsAsync(new CopyOptions { SourceIfMatch = "other" });
        await FailsAsync(new CopyOptions { SourceIfNoneMatch = source.ETag });
        await FailsAsync(new CopyOptions { SourceIfRevision = "other" });
        Assert.That((await elsewhere.HeadAsync("a")).Size, Is.EqualTo(2));

        async Task FailsAsync(CopyOptions options) =>
            await StorageAssert.FailsAsync(
                StorageErrorCode.PreconditionFailed, () => _bucket.CopyToAsync("a", elsewhere, options: options));
    }

    [Test]
    public async Task A_failure_of_the_source_names_the_source()
    {
        await using ObjectStore other = InMemoryStore.Create();
        Bucket elsewhere = await other.CreateBucketAsync("elsewhere");

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchKey, () => _bucket.CopyToAsync("missing", elsewhere, "target"));

        Assert.That((error.Bucket, error.Key), Is.EqualTo(("bucket", "missing")));
    }

    [Test]
    public async Task Every_failure_says_where_it_happened()
    {
        ObjectProperties source = await _bucket.PutAsync("a", new byte[2]);
        await using ObjectStore other = InMemoryStore.Create();
        Bucket elsewhere = await other.CreateBucketAsync("elsewhere");
        await using var same = ObjectStore.Create(new UnownedBackend(_store.GetService<StorageBackend>()!));
        var unlike = new CopyOptions { SourceIfNoneMatch = source.ETag };

        await FailsAsync(StorageErrorCode.EntityTooLarge, "Get", () => _bucket.GetTextAsync("a", maxBytes: 1));
        await FailsAsync(StorageErrorCode.PreconditionFailed, "Copy", () => _bucket.CopyToAsync("a", elsewhere, "b", unlike));
        await FailsAsync(StorageErrorCode.PreconditionFailed, "Head", () => _bucket.MoveToAsync("a", same.GetBucket("bucket")));

        static async Task FailsAsync(StorageErrorCode code, string operation, Func<Task> call)
        {
            StorageException error = await StorageAssert.FailsAsync(code, call);
            Assert.That((error.Operation, error.Bucket, error.Key), Is.EqualTo((operation, "bucket", "a")));
        }
    }

    [Test]
    public async Task A_move_to_another_store_that_is_refused_says_where([Values] bool isUnforeseen)
    {
        await _bucket.PutAsync("a", new byte[2]);
        await using ObjectStore other = InMemoryStore.Create();
        Bucket elsewhere = await other.CreateBucketAsync("elsewhere");
        await using var store = ObjectStore.Create(new Racing(new UnownedBackend(_store.GetService<StorageBackend>()!), isUnforeseen));

        StorageException error = await StorageAssert.FailsAsync(
            isUnforeseen ? StorageErrorCode.InternalError : StorageErrorCode.NotSupported,
            () => store.GetBucket("bucket").MoveToAsync("a", elsewhere, "b"));

        Assert.That((error.Provider, error.Operation, error.Bucket, error.Key), Is.EqualTo(("memory", "Move", "bucket", "a")));
        Assert.That(await elsewhere.ExistsAsync("b"), Is.False);
    }

    [Test]
    public async Task What_is_written_while_the_server_copies_is_left_alone_by_a_change_of_attributes([Values] bool byParts)
    {
        var backend = new ScriptedBackend(new StorageCapabilities { MaxCopySize = byParts ? 10 : 100 });
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("a", Payload.Bytes(25));
        Func<CompleteUploadRequest, CancellationToken, Task<ObjectProperties>> complete = backend.Complete;
        Func<CopyRequest, CancellationToken, Task<ObjectProperties>> copy = backend.Copy;
        backend.Complete = (request, token) => AfterAnotherWriteAsync(() => complete(request, token));

        // A server that has read the source before the other write.
        backend.Copy = (request, token) => AfterAnotherWriteAsync(async () =>
        {
            StoredObject now = await backend.Real.HeadAsync(new HeadRequest { Bucket = request.Bucket, Key = request.Key }, token);
            return await copy(request with { SourceProperties = now.Properties }, token);
        });

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => bucket.UpdateAttributesAsync("a", static old => old with { ContentType = "text/x-new" }));

        ObjectProperties found = await bucket.HeadAsync("a");
        Assert.That((found.Size, found.ContentType), Is.EqualTo((7L, null as string)));

        async Task<ObjectProperties> AfterAnotherWriteAsync(Func<Task<ObjectProperties>> go)
        {
            await bucket.PutAsync("a", Payload.Bytes(7));
            return await go();
        }
    }

    [Test]
    public async Task Attributes_change_also_where_a_copy_has_no_condition_on_its_destination()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("a", Payload.Bytes(5));
        Func<CopyRequest, CancellationToken, Task<ObjectProperties>> copy = backend.Copy;
        backend.Copy = (request, token) => request.Condition.IsNone
            ? copy(request, token)
            : throw new StorageException(StorageErrorCode.NotSupported, "No conditions here.");

        ObjectProperties changed = await bucket.UpdateAttributesAsync("a", static old => old with { ContentType = "text/x-new" });

        Assert.That((changed.Size, changed.ContentType), Is.EqualTo((5L, "text/x-new")));
    }

    [Test]
    public async Task A_source_that_is_written_while_it_moves_to_another_store_stays()
    {
        await _bucket.PutAsync("a", new byte[1]);
        await using ObjectStore other = InMemoryStore.Create();
        await other.CreateBucketAsync("elsewhere");
        var backend = new InterceptingBackend(new UnownedBackend(other.GetService<StorageBackend>()!))
        {
            After = request => request is PutRequest ? _bucket.PutAsync("a", new byte[2]) : Task.CompletedTask,
        };
        await using var store = ObjectStore.Create(backend);

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => _bucket.MoveToAsync("a", store.GetBucket("elsewhere")));

        Assert.That((await _bucket.HeadAsync("a")).Size, Is.EqualTo(2));
        Assert.That(await other.GetBucket("elsewhere").ExistsAsync("a"), Is.True);
    }

    [Test]
    public async Task Wrong_bytes_from_another_store_are_neither_stored_nor_is_their_source_deleted([Values] bool moves)
    {
        await _bucket.PutAsync("a", Payload.Bytes(1000));
        await using ObjectStore other = InMemoryStore.Create();
        Bucket elsewhere = await other.CreateBucketAsync("elsewhere");
        await using var backend = new InterceptingBackend(new UnownedBackend(_store.GetService<StorageBackend>()!));
        backend.Body = static (_, body) => new FlippingStream(body);
        await using var store = ObjectStore.Create(new UnownedBackend(backend));
        Bucket source = store.GetBucket("bucket");

        await StorageAssert.FailsAsync(
            StorageErrorCode.BadDigest, () => moves ? source.MoveToAsync("a", elsewhere) : source.CopyToAsync("a", elsewhere));

        Assert.That(await elsewhere.ExistsAsync("a"), Is.False);
        Assert.That((await _bucket.HeadAsync("a")).Size, Is.EqualTo(1000));
    }

    [Test]
    public async Task An_object_that_moves_onto_itself_through_two_stores_stays()
    {
        await _bucket.PutAsync("a", new byte[3]);
        await using var same = ObjectStore.Create(new UnownedBackend(_store.GetService<StorageBackend>()!));

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => _bucket.MoveToAsync("a", same.GetBucket("bucket")));

        Assert.That((await _bucket.HeadAsync("a")).Size, Is.EqualTo(3));
    }

    [Test]
    public async Task An_object_that_moves_onto_itself_stays_where_the_same_bytes_have_the_same_revision_and_date()
    {
        await using ObjectStore memory = InMemoryStore.Create(timeProvider: new ManualTime());
        await memory.CreateBucketAsync("bucket");
        StorageBackend upstream = memory.GetService<StorageBackend>()!;
        await using var one = ObjectStore.Create(new RepeatingRevisions(new UnownedBackend(upstream)));
        await using var two = ObjectStore.Create(new RepeatingRevisions(new UnownedBackend(upstream)));
        await one.GetBucket("bucket").PutAsync("a", new byte[3]);

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => one.GetBucket("bucket").MoveToAsync("a", two.GetBucket("bucket")));
        ObjectProperties moved = await one.GetBucket("bucket").MoveToAsync("a", two.GetBucket("bucket"), "b");

        Assert.That(error.Key, Is.EqualTo("a"));
        Assert.That(moved.Size, Is.EqualTo(3));
        Assert.That(await memory.GetBucket("bucket").ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EqualTo(["b"]));
    }

    /// <summary>An upstream whose revision is its ETag, as S3's is.</summary>
    private sealed class RepeatingRevisions(StorageBackend inner) : DelegatingBackend(inner)
    {
        public override StorageCapabilities Capabilities => base.Capabilities with { RevisionsRepeat = true };

        public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
            Repeating(await Inner.PutAsync(request, cancellationToken));

        public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
        {
            GetResult result = await Inner.GetAsync(request with { IfRevision = null }, cancellationToken);
            return result with { Properties = Repeating(result.Properties) };
        }

        public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
        {
            StoredObject found = await Inner.HeadAsync(request, cancellationToken);
            return found with { Properties = Repeating(found.Properties) };
        }

        public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => Inner.DeleteAsync(
            request with { Condition = new WriteCondition { IfMatch = request.Condition.IfRevision } }, cancellationToken);

        private static ObjectProperties Repeating(ObjectProperties properties) => properties with { Revision = properties.ETag };
    }

    /// <summary>An upstream that cannot delete under a condition, or whose trial of it fails.</summary>
    private sealed class Racing(StorageBackend inner, bool isUnforeseen) : DelegatingBackend(inner)
    {
        public override StorageCapabilities Capabilities => base.Capabilities with { DeletesConditionally = false };

        public override ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
            isUnforeseen ? throw new IOException("The trial failed.") : new ValueTask<bool>(false);
    }

    private sealed class Circle
    {
        public Circle? Self { get; set; }
    }
}
