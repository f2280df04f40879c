using System.Diagnostics;
using BleepStore.Storage.InMemory;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace BleepStore.Storage.Extensions.Tests.Telemetry;

/// <summary>
/// Tests the telemetry that an application receives with the SDK of OpenTelemetry. Alone, because it listens to the whole process.
/// </summary>
[NonParallelizable]
public sealed class OpenTelemetryTests
{
    [Test]
    public async Task Operations_are_spans_below_the_applications_own_and_tell_what_failed()
    {
        var spans = new List<Activity>();
        using var application = new ActivitySource("application");
        using (Sdk.CreateTracerProviderBuilder()
            .AddSource(BleepStoreTelemetry.Name, application.Name).AddInMemoryExporter(spans).Build())
        {
            await using ObjectStore store = InMemoryStore.Create();
            using (Activity request = application.StartActivity("request")!)
            {
                Bucket bucket = await store.CreateBucketAsync("photos");
                await bucket.PutAsync("cat.jpg", new byte[1000]);
                await Assert.ThrowsAsync<StorageException>(() => bucket.HeadAsync("dog.jpg"));
                Assert.That(Activity.Current, Is.SameAs(request), "the caller's activity stays the current one");
            }
        }

        Activity parent = spans.Single(static span => span.OperationName == "request");
        Activity[] ours = [.. spans.Where(static span => span.Source.Name == BleepStoreTelemetry.Name)];
        Assert.That(ours.Select(static span => span.OperationName), Is.EqualTo(new[] { "CreateBucket", "Put", "Head" }));
        Assert.That(ours.Select(static span => span.ParentSpanId), Is.All.EqualTo(parent.SpanId));
        Assert.That(ours.Select(static span => span.Kind), Is.All.EqualTo(ActivityKind.Client));
        Assert.That(ours[1].GetTagItem("bleepstore.key"), Is.EqualTo("cat.jpg"));
        Assert.That((ours[2].GetTagItem("error.type"), ours[2].Status), Is.EqualTo(("NoSuchKey", ActivityStatusCode.Unset)));
    }

    [Test]
    public async Task Durations_and_bytes_are_metrics_with_buckets_in_seconds()
    {
        var metrics = new List<MetricSnapshot>();
        using (Sdk.CreateMeterProviderBuilder().AddMeter(BleepStoreTelemetry.Name).AddInMemoryExporter(metrics).Build())
        {
            await using ObjectStore store = InMemoryStore.Create();
            Bucket bucket = await store.CreateBucketAsync("photos");
            await bucket.PutAsync("cat.jpg", new byte[1000]);
            await using (ObjectReader reader = await bucket.GetAsync("cat.jpg"))
            {
                await reader.ReadAllAsync();
            }
        }

        Assert.That(Sum(metrics, "bleepstore.bytes.written"), Is.EqualTo(1000));
        Assert.That(Sum(metrics, "bleepstore.bytes.read"), Is.EqualTo(1000));
        MetricSnapshot duration = metrics.Single(static metric => metric.Name == "bleepstore.operation.duration");
        MetricPoint put = duration.MetricPoints.Single(static point => Tag(point, "bleepstore.operation") is "Put");
        Assert.That((duration.Unit, put.GetHistogramCount()), Is.EqualTo(("s", 1)));
        Assert.That(Bounds(put), Does.Contain(0.005).And.Contain(300));
    }

    private static long Sum(IEnumerable<MetricSnapshot> metrics, string name) =>
        metrics.Single(metric => metric.Name == name).MetricPoints.Sum(static point => point.GetSumLong());

    private static List<double> Bounds(MetricPoint point)
    {
        var bounds = new List<double>();
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            bounds.Add(bucket.ExplicitBound);
        }

        return bounds;
    }

    private static object? Tag(MetricPoint point, string name)
    {
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            if (tag.Key == name)
            {
                return tag.Value;
            }
        }

        return null;
    }
}
