using BleepStore.Storage.Azure.Tests.Support;

namespace BleepStore.Storage.Azure.Tests.Objects;

public sealed class ListTests
{
    [TestCase(null, "photos/2026", "bucket/photos/2026")]
    [TestCase("/", "photos/2026", "bucket/photos")]
    [TestCase("-", "photos-2026", "bucket/photos-2026")]
    public async Task A_listing_after_a_key_starts_there(string? delimiter, string startAfter, string start)
    {
        var wire = new StubTransport(List());

        await wire.CreateBucket().ListPageAsync(new ListOptions { StartAfter = startAfter, Delimiter = delimiter });

        Assert.That(StartOf(wire.Sent.Single()), Is.EqualTo(start));
    }

    [Test]
    public async Task A_listing_from_the_beginning_names_no_start()
    {
        var wire = new StubTransport(List());

        await wire.CreateBucket().ListPageAsync();

        Assert.That(StartOf(wire.Sent.Single()), Is.Null);
    }

    [Test]
    public async Task What_a_server_lists_before_the_start_is_left_out()
    {
        var wire = new StubTransport(List("bucket/a", "bucket/b", "bucket/b/c", "bucket/c"));

        ListPage page = await wire.CreateBucket().ListPageAsync(new ListOptions { StartAfter = "b" });

        Assert.That(page.Objects.Select(static entry => entry.Key), Is.EqualTo(new[] { "b/c", "c" }));
    }

    [TestCase("UnsupportedQueryParameter")]
    [TestCase("InvalidQueryParameterValue")]
    public async Task A_server_that_cannot_start_at_a_name_is_asked_once_and_lists_from_the_beginning_from_then_on(string code)
    {
        var wire = new StubTransport(StubResponse.Error(400, code), List("bucket/a", "bucket/b", "bucket/c"), List("bucket/a"));
        Bucket bucket = wire.CreateBucket();

        ListPage page = await bucket.ListPageAsync(new ListOptions { StartAfter = "b" });
        await bucket.ListPageAsync(new ListOptions { StartAfter = "b" });

        Assert.That(page.Objects.Select(static entry => entry.Key), Is.EqualTo(new[] { "c" }));
        Assert.That(wire.Sent.Select(StartOf), Is.EqualTo(new[] { "bucket/b", null, null }));
    }

    [Test]
    public async Task After_a_key_that_comes_after_all_with_the_prefix_nothing_is_looked_at()
    {
        var wire = new StubTransport(Page("more", "bucket/a", "bucket/ab"));

        ListPage page = await wire.CreateBucket().ListPageAsync(new ListOptions { Prefix = "a", StartAfter = "b" });

        Assert.That(page.Objects, Is.Empty);
        Assert.That(page.ContinuationToken, Is.Null);
        Assert.That(wire.Sent, Has.Count.EqualTo(1));
    }

    private static StubResponse List(params string[] names) => Page(marker: null, names);

    private static StubResponse Page(string? marker, params string[] names) => StubResponse.Xml(
        "<EnumerationResults><Blobs>" + string.Concat(names.Select(static name =>
            $"<Blob><Name>{name}</Name><Properties><Last-Modified>Sun, 22 Nov 2026 10:00:00 " +
            "GMT</Last-Modified><Etag>0x1</Etag><Content-Length>1</Content-Length></Properties></Blob>"))
        + $"</Blobs><NextMarker>{marker}</NextMarker></EnumerationResults>");

    private static string? StartOf(SentRequest sent) => sent.Uri.Query.TrimStart('?').Split('&')
        .Where(static pair => pair.StartsWith("startFrom=", StringComparison.Ordinal))
        .Select(static pair => Uri.UnescapeDataString(pair["startFrom=".Length..]))
        .SingleOrDefault();
}
