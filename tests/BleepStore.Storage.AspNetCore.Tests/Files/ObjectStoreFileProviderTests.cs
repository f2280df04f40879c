using System.Net;
using BleepStore.Storage.AspNetCore.Files;
using BleepStore.Storage.AspNetCore.Tests.Support;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace BleepStore.Storage.AspNetCore.Tests.Files;

public sealed class ObjectStoreFileProviderTests
{
    private readonly WatchedBackend _backend = new(Inner());
    private readonly SteppedTime _time = new();

    [Test]
    public async Task A_file_has_the_properties_and_the_bytes_of_the_object()
    {
        Bucket bucket = await BucketAsync();
        byte[] bytes = Payload.Bytes(300_000);
        ObjectProperties stored = await bucket.PutAsync("site/css/a.css", bytes);
        var files = new ObjectStoreFileProvider(bucket, new ObjectFileProviderOptions { Prefix = "site/" });

        foreach (string path in new[] { "/css/a.css", "css/a.css" })
        {
            IFileInfo file = files.GetFileInfo(path);
            Assert.Multiple(() =>
            {
                Assert.That(file.Exists, Is.True);
                Assert.That(file.IsDirectory, Is.False);
                Assert.That(file.Length, Is.EqualTo(bytes.Length));
                Assert.That(file.Name, Is.EqualTo("a.css"));
                Assert.That(file.LastModified, Is.EqualTo(stored.LastModified));
                Assert.That(file.PhysicalPath, Is.Null);
            });
            using Stream stream = file.CreateReadStream();
            Assert.That(stream.CanSeek, Is.True);
            stream.Position = 250_000;
            byte[] end = new byte[50_000];
            stream.ReadExactly(end);
            Assert.That(end, Is.EqualTo(bytes[250_000..]));
        }
    }

    [TestCase("missing")]
    [TestCase("")]
    [TestCase("/")]
    [TestCase("folder/")]
    [TestCase("../site/a")]
    [TestCase("a/./b")]
    public async Task What_is_no_object_does_not_exist(string path)
    {
        Bucket bucket = await BucketAsync();
        await bucket.PutAsync("folder/", "x"u8.ToArray());

        Assert.That(new ObjectStoreFileProvider(bucket).GetFileInfo(path).Exists, Is.False);
    }

    [Test]
    public async Task A_key_that_cannot_be_stored_does_not_exist()
    {
        Bucket bucket = await BucketAsync();

        Assert.That(new ObjectStoreFileProvider(bucket).GetFileInfo(new string('x', 100_000)).Exists, Is.False);
        Assert.That(new ObjectStoreFileProvider(bucket).GetDirectoryContents(new string('x', 100_000)).Exists, Is.False);
        Assert.That(new ObjectStoreFileProvider(bucket).GetDirectoryContents(new string('€', 1000)).Exists, Is.False);
    }

    [Test]
    public async Task Properties_are_remembered_for_their_time_also_where_there_is_no_object()
    {
        Bucket bucket = await BucketAsync();
        await bucket.PutAsync("a", new byte[1]);
        var files = new ObjectStoreFileProvider(bucket, new ObjectFileProviderOptions { CacheDuration = TimeSpan.FromMinutes(1) }, _time);
        _backend.Forget();

        for (int at = 0; at < 10; at++)
        {
            Assert.That(files.GetFileInfo("a").Exists, Is.True);
            Assert.That(files.GetFileInfo("b").Exists, Is.False);
        }

        Assert.That(_backend.Requests, Is.EqualTo(new[] { "head", "head" }));
        await bucket.PutAsync("b", new byte[2]);
        Assert.That(files.GetFileInfo("b").Exists, Is.False);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(files.GetFileInfo("b").Length, Is.EqualTo(2));
    }

    [Test]
    public async Task The_oldest_properties_are_forgotten_when_there_are_too_many()
    {
        Bucket bucket = await BucketAsync();
        var files = new ObjectStoreFileProvider(bucket, new ObjectFileProviderOptions { CacheSize = 2 });
        foreach (string key in new[] { "a", "b", "c", "c", "b" })
        {
            files.GetFileInfo(key);
        }

        Assert.That(_backend.Requests, Has.Length.EqualTo(3));
        files.GetFileInfo("a");
        Assert.That(_backend.Requests, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task A_key_that_is_forgotten_again_and_again_takes_no_place_of_others()
    {
        Bucket bucket = await BucketAsync();
        await bucket.PutAsync("a", new byte[1]);
        await bucket.PutAsync("b", new byte[1]);
        var cache = new PropertyCache(bucket, capacity: 2, TimeSpan.FromMinutes(1), _time);
        await cache.GetAsync("a");
        _backend.Forget();
        for (int round = 0; round < 10; round++)
        {
            await cache.GetAsync("b");
            cache.Forget("b");
        }

        await cache.GetAsync("a");

        Assert.That(_backend.Requests, Has.Length.EqualTo(10), "one for each time that b was forgotten");
    }

    [Test]
    public async Task Threads_that_ask_at_once_make_one_request()
    {
        Bucket bucket = await BucketAsync();
        await bucket.PutAsync("a", new byte[1]);
        var files = new ObjectStoreFileProvider(bucket);
        using var begun = new ManualResetEventSlim();
        using var asked = new CountdownEvent(8);
        _backend.Forget();
        _backend.Before = _ => begun.Wait();

        // An exception in a thread would end the process, so each thread keeps its own.
        object[] results = new object[8];
        Thread[] threads = [.. Enumerable.Range(0, results.Length).Select(i => new Thread(() =>
        {
            asked.Signal();
            try
            {
                results[i] = files.GetFileInfo("a").Exists;
            }
            catch (Exception thrown)
            {
                results[i] = thrown;
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        asked.Wait();
        begun.Set();
        Array.ForEach(threads, static thread => thread.Join());

        Assert.That(results, Is.All.EqualTo(true));
        Assert.That(_backend.Requests, Is.EqualTo(new[] { "head" }));
    }

    [Test]
    public async Task A_failure_is_not_remembered()
    {
        Bucket bucket = await BucketAsync();
        await bucket.PutAsync("a", new byte[1]);
        var files = new ObjectStoreFileProvider(bucket);
        _backend.Before = _ => throw new StorageException(StorageErrorCode.ServiceUnavailable, "Down.");

        Assert.That(() => files.GetFileInfo("a"), Throws.TypeOf<StorageException>());
        _backend.Before = null;
        Assert.That(files.GetFileInfo("a").Exists, Is.True);
    }

    [Test]
    public async Task A_stream_is_of_the_object_that_the_file_told_of_or_fails()
    {
        Bucket bucket = await BucketAsync();
        await bucket.PutAsync("a", new byte[1]);
        await bucket.PutAsync("b", new byte[1]);
        var files = new ObjectStoreFileProvider(bucket);
        IFileInfo old = files.GetFileInfo("a");
        IFileInfo deleted = files.GetFileInfo("b");
        await bucket.PutAsync("a", new byte[2]);
        await bucket.DeleteAsync("b");

        Assert.That(
            old.CreateReadStream, Throws.TypeOf<StorageException>().With.Property("Code").EqualTo(StorageErrorCode.PreconditionFailed));
        Assert.That(deleted.CreateReadStream, Throws.TypeOf<FileNotFoundException>());
        Assert.That(files.GetFileInfo("a").Length, Is.EqualTo(2), "the change was noticed");
        Assert.That(files.GetFileInfo("b").Exists, Is.False);
    }

    [Test]
    public async Task A_folder_has_files_and_folders()
    {
        Bucket bucket = await BucketAsync();
        string[] keys = ["site/a.txt", "site/css/a.css", "site/css/b.css", "site/css/deep/c.css", "site/", "site//odd", "other"];
        foreach (string key in keys)
        {
            await bucket.PutAsync(key, new byte[key.Length]);
        }

        var files = new ObjectStoreFileProvider(bucket, new ObjectFileProviderOptions { Prefix = "site/" });

        Assert.That(Names("/"), Is.EqualTo(new[] { "a.txt", "css/" }));
        Assert.That(Names("css"), Is.EqualTo(new[] { "a.css", "b.css", "deep/" }));
        Assert.That(Names("/css/"), Is.EqualTo(new[] { "a.css", "b.css", "deep/" }));
        Assert.That(files.GetDirectoryContents("none").Exists, Is.False);
        Assert.That(files.GetDirectoryContents("../site").Exists, Is.False);
        IFileInfo listed = files.GetDirectoryContents("css").First();
        using Stream stream = listed.CreateReadStream();
        Assert.That(stream.Length, Is.EqualTo(listed.Length));

        string[] Names(string path) => [.. files.GetDirectoryContents(path)
            .Select(static file => file.IsDirectory ? $"{file.Name}/" : file.Name)
            .Order(StringComparer.Ordinal)];
    }

    [Test]
    public async Task An_empty_root_exists_and_nothing_is_watched()
    {
        var files = new ObjectStoreFileProvider(await BucketAsync());

        Assert.That(files.GetDirectoryContents("").Exists, Is.True);
        Assert.That(files.Watch("**"), Is.SameAs(NullChangeToken.Singleton));
    }

    [Test]
    public async Task Static_files_are_served_out_of_a_bucket_with_ranges()
    {
        await using WebApp app = await WebApp.StartAsync(static app =>
        {
            Bucket bucket = app.Services.GetRequiredService<ObjectStore>().GetBucket("files");
            app.UseStaticFiles(new StaticFileOptions { FileProvider = new ObjectStoreFileProvider(bucket) });
        });
        await app.Bucket.PutAsync("a.txt", "0123456789"u8.ToArray());

        using HttpResponseMessage whole = await app.GetAsync("/a.txt");
        using HttpResponseMessage range = await app.GetAsync("/a.txt", ("Range", "bytes=3-5"));
        using HttpResponseMessage missing = await app.GetAsync("/b.txt");

        Assert.That(await whole.Content.ReadAsStringAsync(), Is.EqualTo("0123456789"));
        Assert.That(await range.Content.ReadAsStringAsync(), Is.EqualTo("345"));
        Assert.That(range.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(missing.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static Backends.StorageBackend Inner() => InMemoryStore.Create().GetService<Backends.StorageBackend>()!;

    private Task<Bucket> BucketAsync() => ObjectStore.Create(_backend).CreateBucketAsync("files");
}
