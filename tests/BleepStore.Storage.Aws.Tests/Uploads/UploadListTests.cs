using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Uploads;

/// <summary>Amazon's ids contain dots. An id with a dot at the place of a token's end is still S3's own and complete.</summary>
public sealed class UploadListTests
{
    private static readonly string[] Ids = ["AAAAAAAAAAAAAAAAAAAAAA.rest", "AAAAAAAAAAAAAAAAAAAAAA.some_more.-"];

    private readonly HashSet<string> _open = [.. Ids];

    [Test]
    public async Task Old_uploads_are_aborted_by_their_whole_ids()
    {
        var wire = new StubTransport(Answer);

        int aborted = await wire.CreateStore().AbortUploadsAsync(TimeSpan.Zero);

        Assert.That(aborted, Is.EqualTo(2));
        Assert.That(_open, Is.Empty);
    }

    [Test]
    public async Task Their_age_goes_by_the_date_of_the_answer([Values] bool isGiven)
    {
        var wire = new StubTransport(request => Undated(Answer(request)).With("Date", "Wed, 08 Jan 2020 00:00:00 GMT"));
        Bucket bucket = isGiven ? wire.CreateGivenBucket() : wire.CreateBucket();

        Assert.That(await bucket.AbortUploadsAsync(TimeSpan.FromDays(7)), Is.Zero);
        Assert.That(_open, Has.Count.EqualTo(2));
        Assert.That(await bucket.AbortUploadsAsync(TimeSpan.FromDays(6.9)), Is.EqualTo(2));
        Assert.That(_open, Is.Empty);
    }

    [Test]
    public async Task Where_an_answer_has_no_date_the_age_is_not_known()
    {
        var wire = new StubTransport(request => Undated(Answer(request)));

        await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => wire.CreateBucket().AbortUploadsAsync(TimeSpan.FromDays(7)));

        Assert.That(_open, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Pages_go_on_after_whole_ids_and_what_they_list_serves()
    {
        var wire = new StubTransport(Answer);
        Bucket bucket = wire.CreateBucket();

        List<MultipartUploadInfo> listed = await bucket.ListMultipartUploadsAsync(new ListUploadsOptions { PageSize = 1 }).ToListAsync();
        await bucket.GetMultipartUpload("key", listed[1].UploadId).AbortAsync();

        Assert.That(listed.Select(static upload => upload.Key), Is.EqualTo(new[] { "key", "key" }));
        Assert.That(
            wire.Sent.Where(static sent => sent.Kind == "GET uploads").Select(static sent => Query(sent, "upload-id-marker")),
            Is.EqualTo(new[] { null, Ids[0] }));
        Assert.That(_open, Is.EqualTo(new[] { Ids[0] }));
    }

    private static string? Query(SentRequest request, string name) =>
        request.Uri.Query.TrimStart('?')
            .Split('&')
            .Where(part => part.StartsWith(name + "=", StringComparison.Ordinal))
            .Select(part => Uri.UnescapeDataString(part[(name.Length + 1)..]))
            .SingleOrDefault();

    private static HttpResponseMessage Undated(HttpResponseMessage answer)
    {
        answer.Headers.Remove("Date");
        return answer;
    }

    private HttpResponseMessage Answer(SentRequest request) => request.Kind switch
    {
        "GET list" => StubAnswer.Xml(
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>.bleepstore/buckets/bucket</Key></Contents></ListBucketResult>"),
        "GET uploads" => List(
            Query(request, "upload-id-marker"),
            int.Parse(Query(request, "max-uploads")!, System.Globalization.CultureInfo.InvariantCulture)),
        "DELETE upload" => _open.Remove(Query(request, "uploadId")!) ? StubAnswer.Bare(204) : StubAnswer.Error(404, "NoSuchUpload"),
        _ => StubAnswer.Bare(400),
    };

    private static HttpResponseMessage List(string? after, int count)
    {
        string[] left = [.. Ids.Where(id => string.CompareOrdinal(id, after) > 0)];
        string[] page = [.. left.Take(count)];
        string uploads = string.Concat(page.Select(
            static id =>
                $"<Upload><Key>bucket/key</Key><UploadId>{id}</UploadId><Initiated>2020-01-01T00:00:00.000Z</Initiated></Upload>"));
        string next = page.Length < left.Length
            ? $"<IsTruncated>true</IsTruncated><NextKeyMarker>bucket/key</NextKeyMarker><NextUploadIdMarker>{page[^1]}</NextUploadIdMarker>"
            : "<IsTruncated>false</IsTruncated>";
        return StubAnswer.Xml($"<ListMultipartUploadsResult>{next}{uploads}</ListMultipartUploadsResult>");
    }
}
