using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using BleepStore.Storage.Backends;
using BleepStore.Storage.InMemory;
using BleepStore.Storage.Tests.Engine.Puts;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Engine;

/// <summary>Alone, because what it listens to is the process's.</summary>
[NonParallelizable]
public class TelemetryTests
{
    private readonly ConcurrentQueue<Activity> _activities = [];
    private readonly ConcurrentQueue<(string Instrument, double Value, Dictionary<string, object?> Tags)> _measured = [];
    private ActivityListener _activityListener = null!;
    private MeterListener _meterListener = null!;

    [SetUp]
    public void Listen()
    {
        _meterListener = new MeterListener();
        _activityListener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "BleepStore.Storage",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_activityListener);
        _meterListener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "BleepStore.Storage")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meterListener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => _measured.Enqueue((instrument.Name, value, ToDictionary(tags))));
        _meterListener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => _measured.Enqueue((instrument.Name, value, ToDictionary(tags))));
        _meterListener.Start();
    }

    [TearDown]
    public void StopListening()
    {
        _activityListener.Dispose();
        _meterListener.Dispose();
    }

    [Test]
    public async Task An_operation_is_one_activity_that_says_what_where_and_on_what()
    {
        await Stores.Over(new ScriptedBackend()).PutAsync("a/b", Bytes.Of(100));
        Activity activity = _activities.Single();
        Assert.That(
            (activity.OperationName, activity.Kind, activity.Status), Is.EqualTo(("Put", ActivityKind.Client, ActivityStatusCode.Unset)));
        Assert.That(
            activity.TagObjects,
            Is.EquivalentTo(new KeyValuePair<string, object?>[]
            {
                new("bleepstore.store", "store"),
                new("bleepstore.provider", "memory"),
                new("bleepstore.bucket", "bucket"),
                new("bleepstore.key", "a/b"),
            }));
    }

    [Test]
    public async Task A_failure_marks_the_activity_and_an_expected_answer_only_tells_its_code()
    {
        Bucket bucket = Stores.Over(
            new ScriptedBackend { Head = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.") });
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.HeadAsync("k"));
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => bucket.GetAsync("missing"));

        Activity[] activities = _activities.ToArray();
        Assert.That((activities[0].Status, activities[0].GetTagItem("error.type")), Is.EqualTo((ActivityStatusCode.Error, "AccessDenied")));
        Assert.That((activities[1].Status, activities[1].GetTagItem("error.type")), Is.EqualTo((ActivityStatusCode.Unset, "NoSuchKey")));
    }

    [Test]
    public async Task A_failure_tells_the_upstreams_id_of_the_request()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend
        {
            Head = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.") { RequestId = "id-1" },
        });
        await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.HeadAsync("k"));

        Assert.That(_activities.Single().GetTagItem("bleepstore.request_id"), Is.EqualTo("id-1"));
    }

    /// <summary>A key can have no name upstream, and a call with it can be refused before it gets there.</summary>
    [Test]
    public async Task Tags_that_cannot_be_made_do_not_hide_the_failure()
    {
        Bucket bucket = Stores.Over(
            new Untagged { Head = static (_, _) => throw new StorageException(StorageErrorCode.AccessDenied, "No.") });

        StorageException error = await Catch.CodeAsync(StorageErrorCode.AccessDenied, () => bucket.HeadAsync("k"));

        Assert.That((error.Operation, _activities.Single().GetTagItem("error.type")), Is.EqualTo(("Head", "AccessDenied")));
    }

    [Test]
    public async Task Every_operation_is_measured_with_its_code_when_it_fails()
    {
        var time = new ManualTime();
        var backend = new ScriptedBackend();
        backend.Head = (request, token) =>
        {
            time.Advance(TimeSpan.FromSeconds(1.5));
            return backend.Real.HeadAsync(request, token);
        };
        await Catch.CodeAsync(StorageErrorCode.NoSuchKey, () => Stores.Over(backend, time: time).HeadAsync("missing"));

        (string instrument, double value, Dictionary<string, object?> tags) = _measured.Single();
        Assert.That((instrument, value), Is.EqualTo(("bleepstore.operation.duration", 1.5)));
        Assert.That(
            tags,
            Is.EquivalentTo(
                new Dictionary<string, object?>
                {
                    ["bleepstore.operation"] = "Head",
                    ["bleepstore.provider"] = "memory",
                    ["bleepstore.store"] = "store",
                    ["error.type"] = "NoSuchKey",
                }));
    }

    [Test]
    public async Task What_succeeds_has_no_error_type()
    {
        await Stores.Over(new ScriptedBackend()).DeleteAsync("k");
        Assert.That(
            _measured.Single().Tags.Keys, Is.EquivalentTo(new[] { "bleepstore.operation", "bleepstore.provider", "bleepstore.store" }));
    }

    [Test]
    public async Task Neither_keys_nor_buckets_are_tags_of_measurements()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        await bucket.PutAsync("k", Bytes.Of(100));
        await PutTransferTests.ReadAsync(bucket, "k");
        Assert.That(_measured.SelectMany(static measured => measured.Tags.Values), Has.None.EqualTo("k").And.None.EqualTo("bucket"));
    }

    [Test]
    public async Task Bytes_are_counted_both_ways([Values(3, 100)] int size)
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        await bucket.PutAsync("k", Bytes.Of(size));
        await PutTransferTests.ReadAsync(bucket, "k");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("m");
        await upload.UploadPartAsync(1, Bytes.Of(7));
        Assert.That(Sum("bleepstore.bytes.written"), Is.EqualTo(size + 7));
        Assert.That(Sum("bleepstore.bytes.read"), Is.EqualTo(size));
    }

    [Test]
    public async Task Resumed_reads_are_counted()
    {
        var backend = new ScriptedBackend();
        Bucket bucket = Stores.Over(backend);
        await bucket.PutAsync("k", Bytes.Of(5));
        int gets = 0;
        backend.Get = async (request, token) =>
        {
            GetResult result = await backend.Real.GetAsync(request, token);
            return ++gets == 1 ? result with { Content = new BreakingBody(Bytes.Of(2), new IOException("Cut.")) } : result;
        };
        await using ObjectReader reader = await bucket.GetAsync("k");
        await reader.ReadAllAsync();
        Assert.That(Sum("bleepstore.read.resumes"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_a_bad_argument_or_a_cancellation_ends_is_no_failure_of_the_store()
    {
        Bucket bucket = Stores.Over(new ScriptedBackend());
        await Catch.AsyncAs<ArgumentException>(() => bucket.HeadAsync(""));
        await Catch.AsyncAs<OperationCanceledException>(
            () => bucket.HeadAsync("k", cancellationToken: new CancellationToken(canceled: true)));
        Assert.That(_activities.Where(static activity => activity.Status == ActivityStatusCode.Error), Is.Empty);
        Assert.That(_measured.Where(static measured => measured.Tags.ContainsKey("error.type")), Is.Empty);
    }

    private double Sum(string instrument) =>
        _measured.Where(measured => measured.Instrument == instrument).Sum(static measured => measured.Value);

    private static Dictionary<string, object?> ToDictionary(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = new Dictionary<string, object?>();
        foreach ((string name, object? value) in tags)
        {
            all[name] = value;
        }

        return all;
    }

    private sealed class Untagged() : DelegatingBackend(new InMemoryBackend(new InMemoryBackendOptions(), null))
    {
        public required Func<HeadRequest, CancellationToken, Task<StoredObject>> Head { get; init; }

        public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
            Head(request, cancellationToken);

        public override void AddTags(Activity activity, string? bucket, string? key) =>
            throw new StorageException(StorageErrorCode.InvalidKey, "The key is too long upstream.");
    }
}
