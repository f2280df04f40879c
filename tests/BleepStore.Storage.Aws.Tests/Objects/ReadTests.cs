using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Objects;

public sealed class ReadTests
{
    private const string Md5OfHello = "5d41402abc4b2a76b9719d911017c592";

    private static readonly byte[] Hello = "hello"u8.ToArray();

    [TestCase(100L, null, "bytes=100-")]
    [TestCase(10L, 50L, "bytes=10-59")]
    [TestCase(0L, 1L, "bytes=0-0")]
    [TestCase(null, 5L, "bytes=-5")]
    public async Task A_range_is_asked_for_as_HTTP_writes_it(long? offset, long? length, string expected)
    {
        var wire = new StubTransport(StubAnswer.Error(404, "NoSuchKey"));
        ByteRange range = offset is not { } from
            ? ByteRange.Suffix(length!.Value)
            : length is { } count ? ByteRange.From(from, count) : ByteRange.From(from);

        await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchKey, () => wire.CreateBucket().GetAsync("key", new GetOptions { Range = range }));

        Assert.That(wire.Sent[0].Header("Range"), Is.EqualTo(expected));
    }

    /// <summary>HTTP cannot ask for no byte.</summary>
    [Test]
    public async Task A_range_of_no_bytes_is_empty_and_tells_the_object()
    {
        var wire = new StubTransport(static _ => StubAnswer.Object(Hello, Md5OfHello));

        await using ObjectReader reader = await wire.CreateBucket().GetAsync("key", new GetOptions { Range = ByteRange.From(2, 0) });

        Assert.That(await reader.ReadAllAsync(), Is.Empty);
        Assert.That(reader.Properties.ETag, Is.EqualTo(Md5OfHello));
        Assert.That(wire.Sent.Select(static sent => sent.Header("Range")), Is.All.Null);
    }

    [Test]
    public async Task A_bare_404_is_NoSuchKey_once_the_upstream_bucket_was_seen()
    {
        var wire = new StubTransport(StubAnswer.Bare(404), StubAnswer.Bare(200), StubAnswer.Bare(404));
        Bucket bucket = wire.CreateBucket();

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("key"));
        Assert.That(await bucket.ExistsAsync("key"), Is.False);

        Assert.That(wire.Sent.Select(static sent => sent.Uri.AbsolutePath), Is.EqualTo(new[] { "/bucket/key", "/", "/bucket/key" }));
    }

    [Test]
    public async Task A_missing_upstream_bucket_is_not_a_missing_key()
    {
        var wire = new StubTransport(static _ => StubAnswer.Bare(404));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.NoSuchBucket, () => wire.CreateBucket().ExistsAsync("key"));

        Assert.That(error.Message, Does.Contain("'upstream'"));
    }

    [TestCase(403, "AccessDenied", StorageErrorCode.AccessDenied)]
    [TestCase(403, "InvalidObjectState", StorageErrorCode.InvalidObjectState)]
    [TestCase(403, "SignatureDoesNotMatch", StorageErrorCode.AuthenticationFailed)]
    [TestCase(404, "NoSuchBucket", StorageErrorCode.NoSuchBucket)]
    public async Task No_failure_is_taken_for_another(int status, string code, StorageErrorCode expected)
    {
        var wire = new StubTransport(_ => StubAnswer.Error(status, code));

        StorageException error = await StorageAssert.FailsAsync(expected, () => wire.CreateBucket().GetAsync("key"));

        Assert.That((error.Status, error.ProviderCode), Is.EqualTo((status, code)));
    }

    [Test]
    public async Task Exists_does_not_swallow_that_it_may_not_look()
    {
        var wire = new StubTransport(static _ => StubAnswer.Bare(403));

        await StorageAssert.FailsAsync(StorageErrorCode.AccessDenied, () => wire.CreateBucket().ExistsAsync("key"));
    }

    [Test]
    public async Task A_body_that_is_not_the_objects_is_an_error_at_its_end()
    {
        var wire = new StubTransport(static _ => StubAnswer.Object("hellO"u8.ToArray(), Md5OfHello));

        await using ObjectReader reader = await wire.CreateBucket().GetAsync("key");

        await StorageAssert.FailsAsync(StorageErrorCode.BadDigest, () => reader.ReadAllAsync());
    }

    [Test]
    public async Task An_ETag_of_another_tools_multipart_object_shows_as_it_is()
    {
        var wire = new StubTransport(StubAnswer.Object(Hello, "0123456789abcdef0123456789abcdef-3", ("colour", "red")));

        ObjectProperties found = await wire.CreateBucket().HeadAsync("key");

        Assert.That(
            (found.ETag, found.Revision, found.Size, found.Metadata["colour"]),
            Is.EqualTo(("0123456789abcdef0123456789abcdef-3", "0123456789abcdef0123456789abcdef-3", 5L, "red")));
    }

    [Test]
    public async Task A_kept_ETag_of_another_size_was_copied_along_and_is_ignored()
    {
        var wire = new StubTransport(StubAnswer.Object(Hello, Md5OfHello, ("bleepstoreetag", "ours:6")));

        Assert.That((await wire.CreateBucket().HeadAsync("key")).ETag, Is.EqualTo(Md5OfHello));
    }

    [Test]
    public async Task IfNoneMatch_is_left_to_S3_so_that_no_body_is_sent_in_vain()
    {
        var wire = new StubTransport(static _ => StubAnswer.Bare(304));

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotModified, () => wire.CreateBucket().GetAsync("key", new GetOptions { IfNoneMatch = Md5OfHello }));

        Assert.That(wire.Sent[0].Header("If-None-Match"), Is.EqualTo($"\"{Md5OfHello}\""));
    }

    [Test]
    public async Task A_list_is_judged_here_because_S3_compares_one_ETag()
    {
        var wire = new StubTransport(StubAnswer.Object(Hello, Md5OfHello));
        string list = $"\"other\", W/\"{Md5OfHello}\"";

        await StorageAssert.FailsAsync(
            StorageErrorCode.NotModified, () => wire.CreateBucket().GetAsync("key", new GetOptions { IfNoneMatch = list }));

        Assert.That(wire.Sent[0].Header("If-None-Match"), Is.Null);
    }
}
