using System.Diagnostics;
using System.Diagnostics.Metrics;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>The traces of a store on S3, as an application gets them. Alone, because it listens to the meter of the process.</summary>
[NonParallelizable]
public sealed class TelemetryTests
{
    private static readonly byte[] Content = new byte[10];
    private static readonly string ETag = Convert.ToHexStringLower(Payload.Md5(Content));

    [Test]
    public async Task Activities_have_the_tags_of_the_conventions()
    {
        var wire = new StubTransport(Answer);
        Bucket bucket = wire.CreateBucket();
        Activity[] spans = await ListenAsync(async () =>
        {
            await bucket.PutAsync("key", Content);
            MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
            await upload.UploadPartAsync(7, Content);
            await upload.CopyPartAsync(8, new ObjectAddress("bucket", "source"));
            await upload.ListPartsAsync().ToListAsync();
            await upload.AbortAsync();
            await bucket.CopyAsync("source", "copy");
        });

        Assert.That(
            spans.Select(static span => span.OperationName),
            Is.EqualTo(new[] { "Put", "CreateMultipartUpload", "UploadPart", "CopyPart", "ListParts", "AbortMultipartUpload", "Copy" }));
        Assert.That(spans.Select(static span => span.GetTagItem("server.address")), Is.All.EqualTo("s3.eu-central-1.amazonaws.com"));
        Assert.That(spans.Select(static span => span.GetTagItem("server.port")), Is.All.EqualTo(443));
        Assert.That(spans.Select(static span => span.GetTagItem("aws.s3.bucket")), Is.All.EqualTo("upstream"));
        Assert.That(spans.Take(6).Select(static span => span.GetTagItem("aws.s3.key")), Is.All.EqualTo("bucket/key"));
        Assert.That(
            spans.Select(static span => span.GetTagItem("aws.s3.upload_id")),
            Is.EqualTo(new[] { null, "upload-1", "upload-1", "upload-1", "upload-1", "upload-1", null }));
        Assert.That(
            spans.Select(static span => span.GetTagItem("aws.s3.part_number")),
            Is.EqualTo(new object?[] { null, null, 7, 8, null, null, null }));
        Assert.That(
            spans.Select(static span => span.GetTagItem("aws.s3.copy_source")),
            Is.EqualTo(new[] { null, null, null, "upstream/bucket/source", null, null, "upstream/bucket/source" }));
    }

    [Test]
    public async Task A_failure_has_its_request_id_and_retries_are_counted()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(500, "InternalError"));
        Bucket bucket = wire.CreateBucket(storeOptions: new ObjectStoreOptions { UpstreamRetries = 2 });
        long retries = 0;
        using var metrics = new MeterListener();
        metrics.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "bleepstore.request.retries")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        metrics.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref retries, value));
        metrics.Start();

        Activity[] spans = await ListenAsync(() =>
            StorageAssert.FailsAsync(StorageErrorCode.ServiceUnavailable, () => bucket.PutAsync("key", Content)));

        Activity put = spans.Single();
        Assert.That((put.Status, put.GetTagItem("error.type")), Is.EqualTo((ActivityStatusCode.Error, "ServiceUnavailable")));
        Assert.That(put.GetTagItem("aws.request_id"), Is.EqualTo("request-1"));
        Assert.That((retries, wire.Sent.Count), Is.EqualTo((2, 3)));
    }

    private static HttpResponseMessage Answer(SentRequest request) => request.Kind switch
    {
        "HEAD" => StubAnswer.Object(Content, ETag),
        "GET upload" => StubAnswer.Xml("<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>"),
        "POST uploads" => StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"),
        "PUT copy" => StubAnswer.Xml($"<CopyObjectResult><ETag>\"{ETag}\"</ETag></CopyObjectResult>"),
        "PUT part copy" => StubAnswer.Xml($"<CopyPartResult><ETag>\"{ETag}\"</ETag></CopyPartResult>"),
        "PUT" or "PUT part" => StubAnswer.Written(ETag),
        _ => StubAnswer.Bare(204),
    };

    private static async Task<Activity[]> ListenAsync(Func<Task> work)
    {
        var spans = new List<Activity>();
        using var parent = new Activity("test");
        using var listener = new ActivityListener();
        listener.ShouldListenTo = static source => source.Name == BleepStoreTelemetry.Name;
        listener.Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded;
        listener.ActivityStopped = span =>
        {
            if (span.TraceId == parent.TraceId)
            {
                spans.Add(span);
            }
        };
        ActivitySource.AddActivityListener(listener);
        parent.Start();
        await work();
        return [.. spans];
    }
}
