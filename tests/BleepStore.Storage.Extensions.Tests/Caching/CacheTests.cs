using BleepStore.Storage.Backends;
using BleepStore.Storage.Extensions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Caching;

public sealed class CacheTests
{
    private const string Key = "key";
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200).Select(static at => (byte)at)];

    private FaultyBackend _backend = null!;
    private Registered _cached = null!;

    private Bucket Bucket => _cached.Bucket;

    [SetUp]
    public async Task Start()
    {
        _backend = await new FaultyBackend().WithBucketAsync();
        _cached = new Registered(_backend, static builder => builder.WithCache());
    }

    [TearDown]
    public async Task Stop() => await _cached.DisposeAsync();

    [Test]
    public async Task The_bytes_are_read_once_and_each_read_asks_for_the_revision()
    {
        await Bucket.PutAsync(Key, Content);

        for (int read = 0; read < 3; read++)
        {
            Assert.That(await ReadAsync(), Is.EqualTo(Content));
        }

        Assert.That((_backend.Count("Head"), _backend.Count("Get")), Is.EqualTo((3, 1)));
    }

    [Test]
    public async Task What_a_hit_returns_is_what_the_backend_returns()
    {
        var put = new PutOptions
        {
            ContentType = "image/png",
            CacheControl = "no-store",
            Metadata = new Dictionary<string, string> { ["a"] = "ü" },
        };
        await Bucket.PutAsync(Key, Content, put);
        await ReadAsync();
        ByteRange?[] ranges = [null, ByteRange.From(10), ByteRange.From(10, 20), ByteRange.Suffix(30), ByteRange.From(190, 1000)];
        foreach (ByteRange? range in ranges)
        {
            var request = new GetRequest { Bucket = FaultyBackend.Bucket, Key = Key, Range = range };
            GetResult expected = await _backend.Real.GetAsync(request, CancellationToken.None);
            GetResult actual = await _cached.Backend.GetAsync(request, CancellationToken.None);

            Assert.That(
                (actual.Properties, actual.Range, actual.HasOpaqueETag),
                Is.EqualTo((expected.Properties, expected.Range, expected.HasOpaqueETag)));
            Assert.That(await BytesAsync(actual.Content), Is.EqualTo(await BytesAsync(expected.Content)));
        }

        Assert.That(_backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_ETag_that_is_no_MD5_stays_known_as_one()
    {
        await Bucket.PutAsync(Key, Content);
        _backend.Got = static result => result with { HasOpaqueETag = true };
        var request = new GetRequest { Bucket = FaultyBackend.Bucket, Key = Key };

        Assert.That((await _cached.Backend.GetAsync(request, CancellationToken.None)).HasOpaqueETag);
        Assert.That((await _cached.Backend.GetAsync(request, CancellationToken.None)).HasOpaqueETag);
        Assert.That(_backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_range_that_starts_past_the_end_is_InvalidRange_with_the_size()
    {
        await Bucket.PutAsync(Key, Content);

        StorageException error = await Assert.ThrowsAsync<StorageException>(
            () => Bucket.GetAsync(Key, new GetOptions { Range = ByteRange.From(200) }));

        Assert.That((error.Code, error.ObjectSize), Is.EqualTo((StorageErrorCode.InvalidRange, 200L)));
    }

    [Test]
    public async Task An_empty_object_is_cached_too()
    {
        await Bucket.PutAsync(Key, Array.Empty<byte>());

        Assert.That(await ReadAsync(), Is.Empty);
        Assert.That(await ReadAsync(), Is.Empty);
        Assert.That(_backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_write_of_another_process_shows_at_once_and_so_does_a_delete()
    {
        await Bucket.PutAsync(Key, Content);
        await ReadAsync();

        await OthersPutAsync([7]);
        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 7 }));

        await _backend.Real.DeleteAsync(new DeleteRequest { Bucket = FaultyBackend.Bucket, Key = Key }, CancellationToken.None);
        StorageException error = await Assert.ThrowsAsync<StorageException>(() => Bucket.GetAsync(Key));
        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchKey));
    }

    [Test]
    public async Task The_same_bytes_with_other_attributes_are_another_object()
    {
        await Bucket.PutAsync(Key, Content, new PutOptions { ContentType = "text/plain" });
        await ReadAsync();
        await Bucket.PutAsync(Key, Content, new PutOptions { ContentType = "text/html" });

        await using ObjectReader reader = await Bucket.GetAsync(Key);

        Assert.That(reader.Properties.ContentType, Is.EqualTo("text/html"));
    }

    [Test]
    public async Task A_thousand_readers_of_one_object_wait_for_one_get()
    {
        await Bucket.PutAsync(Key, Content);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = (call, _) => call == "Get" ? gate.Task : Task.CompletedTask;

        Task<byte[]>[] reads = [.. Enumerable.Range(0, 1000).Select(_ => ReadAsync())];
        gate.SetResult();
        byte[][] all = await Task.WhenAll(reads);

        Assert.That(all, Is.All.EqualTo(Content));
        Assert.That(_backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_reader_that_leaves_does_not_end_the_get_for_the_others()
    {
        await Bucket.PutAsync(Key, Content);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backend.Before = async (call, _) =>
        {
            if (call == "Get")
            {
                asked.TrySetResult();
                await gate.Task;
            }
        };
        using var cancellation = new CancellationTokenSource();
        Task<ObjectReader> first = Bucket.GetAsync(Key, cancellationToken: cancellation.Token);
        await asked.Task;
        Task<byte[]> second = ReadAsync();

        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.That(await second, Is.EqualTo(Content));
    }

    [Test]
    public async Task A_write_between_the_question_and_the_bytes_is_followed()
    {
        await Bucket.PutAsync(Key, Content);
        int writes = 0;
        _backend.Before = async (call, _) =>
        {
            if (call == "Get" && writes++ == 0)
            {
                await OthersPutAsync([7]);
            }
        };

        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 7 }));
        Assert.That((_backend.Count("Head"), _backend.Count("Get")), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task An_object_that_is_written_all_the_time_is_read_past_the_cache()
    {
        await Bucket.PutAsync(Key, Content);
        byte write = 0;
        _backend.Before = (call, request) =>
            call == "Get" && request is GetRequest { IfRevision: not null } ? OthersPutAsync([write++]) : Task.CompletedTask;

        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 2 }));
        Assert.That((_backend.Count("Head"), _backend.Count("Get")), Is.EqualTo((3, 4)));
    }

    [Test]
    public async Task Conditional_reads_and_reads_of_a_revision_go_past_the_cache()
    {
        ObjectProperties stored = await Bucket.PutAsync(Key, Content);
        await ReadAsync();
        GetOptions[] conditions =
        [
            new() { IfMatch = stored.ETag },
            new() { IfNoneMatch = "other" },
            new() { IfRevision = stored.Revision },
        ];

        foreach (GetOptions options in conditions)
        {
            await using ObjectReader reader = await Bucket.GetAsync(Key, options);
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Content));
        }

        StorageException error = await Assert.ThrowsAsync<StorageException>(
            () => Bucket.GetAsync(Key, new GetOptions { IfNoneMatch = stored.ETag }));
        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NotModified));
        Assert.That((_backend.Count("Head"), _backend.Count("Get")), Is.EqualTo((1, 5)));
    }

    [Test]
    public async Task Large_objects_and_their_ranges_go_past_the_cache_and_are_asked_about_once()
    {
        await using var small = new Registered(
            _backend, static builder => builder.WithCache(static options => options.MaxObjectSize = 199));
        await small.Bucket.PutAsync(Key, Content);

        for (int read = 0; read < 3; read++)
        {
            await using ObjectReader reader = await small.Bucket.GetAsync(Key, new GetOptions { Range = ByteRange.From(5, 10) });
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Content[5..15]));
        }

        Assert.That((_backend.Count("Head"), _backend.Count("Get")), Is.EqualTo((1, 3)));
    }

    [Test]
    public async Task A_body_that_breaks_off_while_it_is_cached_reaches_the_reader_whole()
    {
        await Bucket.PutAsync(Key, Content);
        int bodies = 0;
        _backend.Got = result => bodies++ < 2 ? result with { Content = new MemoryStream(Content, 0, 50) } : result;

        Assert.That(await ReadAsync(), Is.EqualTo(Content), "the core has resumed it");
        Assert.That(await ReadAsync(), Is.EqualTo(Content));
        Assert.That(bodies, Is.EqualTo(4), "the broken fetch, the reader's own body and its rest, and the fetch of the second read");
    }

    [Test]
    public async Task A_failure_is_not_kept()
    {
        await Bucket.PutAsync(Key, Content);
        _backend.Fail("Get", FaultyBackend.Transient());

        Assert.That((await Assert.ThrowsAsync<StorageException>(() => Bucket.GetAsync(Key))).Code, Is.EqualTo(StorageErrorCode.SlowDown));
        Assert.That(await ReadAsync(), Is.EqualTo(Content));
    }

    [TestCase("line\nbreak")]
    [TestCase("\u0001\u007f\u202e")]
    [TestCase("../..")]
    [TestCase("a/b:c|d*?")]
    public async Task Hostile_keys_are_keys_like_others(string key)
    {
        await Bucket.PutAsync(key, Content);
        await Bucket.PutAsync("other", new byte[] { 9 });

        for (int read = 0; read < 2; read++)
        {
            await using ObjectReader reader = await Bucket.GetAsync(key);
            Assert.That(await reader.ReadAllAsync(), Is.EqualTo(Content));
        }

        Assert.That(_backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_long_key_is_cached_too()
    {
        string key = new('k', 1000);
        await Bucket.PutAsync(key, Content);

        for (int read = 0; read < 2; read++)
        {
            await using ObjectReader reader = await Bucket.GetAsync(key);
            await reader.ReadAllAsync();
        }

        Assert.That(_backend.Count("Get"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_cache_holds_no_more_than_its_limit()
    {
        const int objects = 40;
        await using var small = new Registered(
            _backend, static builder => builder.WithCache(static options => options.MemoryLimit = 1024 * 1024));
        byte[] content = new byte[60 * 1024];
        for (int number = 0; number < objects; number++)
        {
            await small.Bucket.PutAsync($"{number}", content);
        }

        for (int number = 0; number < 2 * objects; number++)
        {
            await using ObjectReader reader = await small.Bucket.GetAsync($"{number % objects}");
            Assert.That(await reader.ReadAllAsync(), Has.Length.EqualTo(content.Length));
        }

        Assert.That(_backend.Count("Get"), Is.GreaterThanOrEqualTo((2 * objects) - 17), "17 objects are the most that fit");
    }

    [Test]
    public async Task Small_objects_count_with_the_memory_of_their_entries()
    {
        const int objects = 2000;
        await using var small = new Registered(
            _backend, static builder => builder.WithCache(static options => options.MemoryLimit = 1024 * 1024));
        byte[] content = new byte[10];
        for (int number = 0; number < objects; number++)
        {
            await small.Bucket.PutAsync($"{number}", content);
        }

        for (int number = 0; number < 2 * objects; number++)
        {
            await using ObjectReader reader = await small.Bucket.GetAsync($"{number % objects}");
            Assert.That(await reader.ReadAllAsync(), Has.Length.EqualTo(content.Length));
        }

        Assert.That(_backend.Count("Get"), Is.InRange(objects, (2 * objects) - 1), "some are cached");
        Assert.That(_backend.Count("Get"), Is.GreaterThanOrEqualTo((2 * objects) - 1500), "1,500 entries have more than 1 MiB");
    }

    [Test]
    public async Task Copies_moves_uploads_and_deletes_show_at_once()
    {
        await Bucket.PutAsync(Key, Content);
        await Bucket.PutAsync("other", new byte[] { 9 });
        await ReadAsync();

        await Bucket.CopyAsync("other", Key);
        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 9 }));
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync(Key);
        await upload.CompleteAsync([await upload.UploadPartAsync(1, new byte[] { 8 })]);
        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 8 }));
        await Bucket.MoveAsync("other", Key);
        Assert.That(await ReadAsync(), Is.EqualTo(new byte[] { 9 }));
        await Bucket.DeleteManyAsync([Key]);
        Assert.That(await Bucket.ExistsAsync(Key), Is.False);
    }

    [Test]
    public async Task Presigning_reaches_the_backend_and_the_backend_is_disposed_with_the_store()
    {
        var request = new PresignRequest
        {
            Bucket = FaultyBackend.Bucket,
            Key = Key,
            Method = PresignMethod.Get,
            ExpiresIn = TimeSpan.FromMinutes(1),
        };
        FaultyBackend backend = new();
        await using (var registered = new Registered(backend, static builder => builder.WithCache()))
        {
            Assert.That((await registered.Backend.PresignAsync(request, CancellationToken.None)).Url.Host, Is.EqualTo("storage.example"));
        }

        Assert.That(backend.IsDisposed);
    }

    private static async Task<byte[]> BytesAsync(Stream content)
    {
        await using (content)
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    private async Task<byte[]> ReadAsync()
    {
        await using ObjectReader reader = await Bucket.GetAsync(Key);
        return await reader.ReadAllAsync();
    }

    private async Task OthersPutAsync(byte[] content) => await _backend.Real.PutAsync(
        new PutRequest { Bucket = FaultyBackend.Bucket, Key = Key, Body = StorageBody.FromBytes(content) }, CancellationToken.None);
}
