using BleepStore.Storage.Backends;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine.Reads;

/// <param name="late">Whether the upstream answers later, or at once.</param>
[TestFixture(false)]
[TestFixture(true)]
public class ObjectOpeningTests(bool late)
{
    private static readonly byte[] Content = Bytes.Of(10);

    [Test]
    public async Task A_range_of_no_bytes_is_answered_from_the_properties()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(3, 0) });
        Assert.That(reader.Range, Is.EqualTo(new ContentRange(3, 0, 10)));
        Assert.That(reader.Properties.Size, Is.EqualTo(10));
        Assert.That(await reader.ReadAllAsync(), Is.Empty);
        Assert.That(backend.Count("Get"), Is.Zero, "HTTP cannot ask for it");
    }

    [Test]
    public async Task A_range_of_no_bytes_keeps_to_conditions_and_bounds()
    {
        Bucket bucket = await PrepareAsync(new ScriptedBackend());
        string etag = (await bucket.HeadAsync("k")).ETag;
        ByteRange empty = ByteRange.From(3, 0);
        await Catch.CodeAsync(
            StorageErrorCode.NotModified, () => bucket.GetAsync("k", new GetOptions { Range = empty, IfNoneMatch = etag }));
        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.GetAsync("k", new GetOptions { Range = empty, IfRevision = "other" }));
        await Catch.CodeAsync(StorageErrorCode.InvalidRange, () => bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(10, 0) }));
        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.InvalidRange, () => bucket.GetAsync("k", new GetOptions { Range = ByteRange.Suffix(0) }));
        Assert.That(error.ObjectSize, Is.EqualTo(10));
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("missing", new GetOptions { Range = empty }));
    }

    [Test]
    public async Task A_suffix_of_an_empty_object_is_the_whole_of_it_also_where_the_upstream_refuses_it()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("k", Array.Empty<byte>());
        backend.Get = static (_, _) => throw new StorageException(StorageErrorCode.InvalidRange, "416") { ObjectSize = 0 };
        await using ObjectReader reader = await bucket.GetAsync("k", new GetOptions { Range = ByteRange.Suffix(5) });
        Assert.That(reader.Range, Is.EqualTo(new ContentRange(0, 0, 0)));
        Assert.That(await reader.ReadAllAsync(), Is.Empty);
    }

    [Test]
    public async Task Conditions_go_before_the_range_also_where_the_upstream_looks_at_the_range_first()
    {
        Bucket bucket = await PrepareAsync(new ScriptedBackend());
        string etag = (await bucket.HeadAsync("k")).ETag;
        ByteRange past = ByteRange.From(99);
        await Catch.CodeAsync(
            StorageErrorCode.NotModified, () => bucket.GetAsync("k", new GetOptions { Range = past, IfNoneMatch = etag }));
        await Catch.CodeAsync(
            StorageErrorCode.PreconditionFailed, () => bucket.GetAsync("k", new GetOptions { Range = past, IfMatch = "other" }));
        StorageException error = await Catch.CodeAsync(
            StorageErrorCode.InvalidRange, () => bucket.GetAsync("k", new GetOptions { Range = past, IfMatch = etag }));
        Assert.That(error.ObjectSize, Is.EqualTo(10));
    }

    [Test]
    public async Task A_refused_range_without_conditions_costs_no_other_request()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        await Catch.CodeAsync(StorageErrorCode.InvalidRange, () => bucket.GetAsync("k", new GetOptions { Range = ByteRange.From(10) }));
        Assert.That(backend.Count("Head"), Is.Zero);
    }

    [Test]
    public async Task Another_revision_is_refused_also_where_the_upstream_ignores_the_pin([Values] bool ranged)
    {
        var backend = new ScriptedBackend();
        Bucket bucket = await PrepareAsync(backend);
        string old = (await bucket.HeadAsync("k")).Revision;
        await bucket.PutAsync("k", Bytes.Of(10));
        Func<GetRequest, CancellationToken, Task<GetResult>> get = backend.Get;
        var body = new MemoryStream();
        backend.Get = async (request, token) => await get(request with { IfRevision = null }, token) with { Content = body };

        var pinned = new GetOptions { Range = ranged ? ByteRange.From(2, 3) : null, IfRevision = old };
        await Catch.CodeAsync(StorageErrorCode.PreconditionFailed, () => bucket.GetAsync("k", pinned));

        Assert.That(body.CanRead, Is.False, "the body is disposed");
    }

    [Test]
    public async Task The_four_conditions_hold_on_get_and_head_alike()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend(time: time);
        Bucket bucket = await PrepareAsync(backend);
        ObjectProperties there = await bucket.HeadAsync("k");
        DateTimeOffset before = there.LastModified.AddHours(-1);
        DateTimeOffset after = there.LastModified.AddHours(1);
        (HeadOptions Options, StorageErrorCode? Code)[] cases =
        [
            (new HeadOptions { IfMatch = there.ETag }, null),
            (new HeadOptions { IfMatch = "other" }, StorageErrorCode.PreconditionFailed),
            (new HeadOptions { IfNoneMatch = there.ETag }, StorageErrorCode.NotModified),
            (new HeadOptions { IfNoneMatch = "other" }, null),
            (new HeadOptions { IfModifiedSince = before }, null),
            (new HeadOptions { IfModifiedSince = after }, StorageErrorCode.NotModified),
            (new HeadOptions { IfUnmodifiedSince = before }, StorageErrorCode.PreconditionFailed),
            (new HeadOptions { IfUnmodifiedSince = after }, null),
            (new HeadOptions { IfMatch = there.ETag, IfUnmodifiedSince = before }, null),
            (new HeadOptions { IfNoneMatch = "other", IfModifiedSince = after }, null),
        ];
        foreach ((HeadOptions options, StorageErrorCode? code) in cases)
        {
            var get = new GetOptions
            {
                IfMatch = options.IfMatch,
                IfNoneMatch = options.IfNoneMatch,
                IfModifiedSince = options.IfModifiedSince,
                IfUnmodifiedSince = options.IfUnmodifiedSince,
            };
            Assert.That(await CodeOfAsync(() => bucket.HeadAsync("k", options)), Is.EqualTo(code), $"head {options}");
            Assert.That(await CodeOfAsync(() => bucket.GetAsync("k", get)), Is.EqualTo(code), $"get {get}");
        }
    }

    private static async Task<StorageErrorCode?> CodeOfAsync(Func<Task> operation)
    {
        try
        {
            await operation();
            return null;
        }
        catch (StorageException error)
        {
            return error.Code;
        }
    }

    private async Task<Bucket> PrepareAsync(ScriptedBackend backend)
    {
        backend.IsLate = late;
        Bucket bucket = Stores.Over(backend, partSize: 100);
        await bucket.PutAsync("k", Content);
        return bucket;
    }
}
