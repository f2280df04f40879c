using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>
/// The facts of the eight scenarios of the public retry conformance tests of Google's client libraries, for the methods that this library
/// calls. The methods and their failures come from there (googleapis/conformance-tests, storage/v1).
/// </summary>
public sealed class RetryConformanceTests
{
    private static readonly string[] Generations = ["ifGenerationMatch", "ifMetagenerationMatch"];

    /// <summary>The failures of scenarios 1 to 3, two in a row each.</summary>
    private static readonly Fault[][] Transient =
    [
        [Fault.Refusing(503), Fault.Refusing(503)],
        [new Fault(FaultKind.Cut), new Fault(FaultKind.Cut)],
        [new Fault(FaultKind.Cut), Fault.Refusing(503)],
    ];

    private static readonly int[] Cases = [0, 1, 2];

    [Test]
    public async Task Scenario_1_what_is_always_idempotent_is_sent_again(
        [Values("buckets.delete", "buckets.get", "buckets.insert", "buckets.list", "objects.get", "objects.list")] string method,
        [ValueSource(nameof(Cases))] int failures)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        ObjectStore store = OfItsOwn(served);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        served.Server.Requests.Clear();
        Fail(served, method, Transient[failures]);

        switch (method)
        {
            case "buckets.delete":
                await store.DeleteBucketAsync("bucket");
                Assert.That(await store.BucketExistsAsync("bucket"), Is.False);
                break;
            case "buckets.get":
                Assert.That(await store.BucketExistsAsync("bucket"), Is.True);
                break;
            case "buckets.insert":
                await store.CreateBucketAsync("another");
                Assert.That(await store.BucketExistsAsync("another"), Is.True);
                break;
            case "buckets.list":
                Assert.That(await store.ListBucketsAsync().CountAsync(), Is.GreaterThan(0));
                break;
            case "objects.get":
                Assert.That(await bucket.ExistsAsync("object"), Is.False);
                break;
            default:
                Assert.That(await bucket.ListAsync().CountAsync(), Is.Zero);
                break;
        }

        Assert.That(Sent(served, method), Has.Count.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task Scenario_2_what_has_a_precondition_is_sent_again(
        [Values("objects.compose", "objects.delete", "objects.insert multipart", "objects.patch", "objects.rewrite")] string method,
        [ValueSource(nameof(Cases))] int failures)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        ObjectProperties old = await bucket.PutAsync("object", "old"u8.ToArray());
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, "new"u8.ToArray());
        served.Server.Requests.Clear();
        Fail(served, method, Transient[failures]);

        switch (method)
        {
            case "objects.compose" or "objects.patch":
                await upload.CompleteAsync([part]);
                break;
            case "objects.delete":
                await bucket.DeleteAsync("object", new DeleteOptions { IfRevision = old.Revision });
                break;
            case "objects.insert multipart":
                await bucket.PutAsync("object", "new"u8.ToArray(), new PutOptions { IfRevision = old.Revision });
                break;
            default:
                await bucket.CopyAsync(new ObjectAddress("bucket", "object"), "copy", new CopyOptions { IfAbsent = true });
                break;
        }

        Assert.That(Sent(served, method), Has.Count.GreaterThanOrEqualTo(3));
        Assert.That(Sent(served, method).Take(3).All(HasPrecondition), Is.True);
    }

    [Test]
    public async Task Scenario_3_what_has_no_precondition_is_sent_once_and_then_only_with_the_generation_that_is_there(
        [Values("objects.compose", "objects.delete", "objects.insert multipart", "objects.rewrite")] string method,
        [ValueSource(nameof(Cases))] int failures,
        [Values("absent", "old", "young")] string there)
    {
        // An object that is older than the call cannot be what the call has written.
        var time = new ShiftedTime();
        await using ServedStore served = await ServedStore.StartAsync(new GcsServerOptions { Time = time });
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        await bucket.PutAsync("source", "new"u8.ToArray());
        time.Shift = there == "old" ? TimeSpan.FromMinutes(-1) : TimeSpan.Zero;
        ObjectProperties? old = there == "absent" ? null : await bucket.PutAsync("object", "old"u8.ToArray());
        time.Shift = TimeSpan.Zero;
        served.Server.Requests.Clear();
        served.Server.Faults.Add(record => record.Operation == method && record.Name == "bucket/object", Transient[failures][0]);
        served.Server.Faults.Add(record => record.Operation == method && record.Name == "bucket/object", Transient[failures][1]);

        Task call = method switch
        {
            "objects.compose" => bucket.PutAsync("object", new byte[9 * 1024 * 1024]),
            "objects.delete" => bucket.DeleteAsync("object"),
            "objects.insert multipart" => bucket.PutAsync("object", "new"u8.ToArray()),
            _ => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "object"),
        };
        StorageException? error = null;
        try
        {
            await call;
        }
        catch (StorageException thrown)
        {
            error = thrown;
        }

        List<RequestRecord> sent = [.. Sent(served, method).Where(static record => record.Name == "bucket/object")];
        Assert.That(sent.Count(static record => !HasPrecondition(record)), Is.EqualTo(1), "without a condition it is sent once");
        if (there == "young")
        {
            Assert.That(sent, Has.Count.EqualTo(1));
            Assert.That(
                (error?.Code, error?.IsOutcomeUnknown), Is.EqualTo(((StorageErrorCode?)StorageErrorCode.ServiceUnavailable, (bool?)true)));
            Assert.That((await bucket.HeadAsync("object")).Revision, Is.EqualTo(old!.Revision));
            return;
        }

        Assert.That(error, Is.Null);
        Assert.That(await bucket.ExistsAsync("object"), Is.EqualTo(method != "objects.delete"));
        if (method != "objects.delete" || there == "old")
        {
            Assert.That(sent, Has.Count.EqualTo(3));
            Assert.That(sent.Skip(1).Select(static record => record.Query["ifGenerationMatch"]), Has.All.EqualTo(old?.Revision ?? "0"));
        }
    }

    [TestCase("objects.insert multipart")]
    [TestCase("objects.rewrite")]
    [TestCase("objects.delete")]
    public async Task Scenario_3_what_another_client_writes_after_the_first_try_took_effect_survives(string method)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        await bucket.PutAsync("source", "new"u8.ToArray());
        await bucket.PutAsync("object", "old"u8.ToArray());
        using var theirs = new TheirsHandler(served.Store.GetBucket("bucket"));
        Bucket through = served.Open(o => o.HandlerFactory = _ => theirs, new HurriedTime()).GetBucket("bucket");
        served.Server.Faults.Add(record => record.Operation == method, new Fault(FaultKind.RefuseAfter));

        StorageException error = (await Assert.ThrowsAsync<StorageException>(async () => await (method switch
        {
            "objects.delete" => through.DeleteAsync("object"),
            "objects.rewrite" => through.CopyAsync(new ObjectAddress("bucket", "source"), "object"),
            _ => (Task)through.PutAsync("object", "new"u8.ToArray()),
        })))!;

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.ServiceUnavailable, true)), error.ToString());
        await using ObjectReader reader = await bucket.GetAsync("object");
        Assert.That(await reader.ReadAllAsync(), Is.EqualTo("theirs"u8.ToArray()));
    }

    [TestCase("objects.insert multipart")]
    [TestCase("objects.rewrite")]
    [TestCase("objects.delete")]
    public async Task Scenario_3_a_write_that_took_effect_although_it_was_refused_is_recognised(string method)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        await bucket.PutAsync("source", "new"u8.ToArray());
        await bucket.PutAsync("object", "old"u8.ToArray());
        served.Server.Requests.Clear();
        served.Server.Faults.Add(record => record.Operation == method, new Fault(FaultKind.RefuseAfter));

        ObjectProperties? made = null;
        switch (method)
        {
            case "objects.delete":
                await bucket.DeleteAsync("object");
                break;
            case "objects.rewrite":
                made = await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "object");
                break;
            default:
                made = await bucket.PutAsync("object", "new"u8.ToArray());
                break;
        }

        Assert.That(Sent(served, method), Has.Count.EqualTo(1));
        Assert.That(await bucket.ExistsAsync("object"), Is.EqualTo(method != "objects.delete"));
        Assert.That(made?.Revision, Is.EqualTo(made is null ? null : (await bucket.HeadAsync("object")).Revision));
    }

    // Scenario 4, operations that are never idempotent, has none that this library calls.
    [Test]
    public async Task Scenario_4_a_429_did_nothing_and_is_sent_again_also_without_a_precondition()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        Fail(served, "objects.insert multipart", [Fault.Refusing(429), Fault.Refusing(429)]);

        await bucket.PutAsync("object", new byte[1]);

        Assert.That(served.Server.Requests.Operations.Skip(1), Is.EqualTo(Enumerable.Repeat("objects.insert multipart", 3)));
    }

    [Test]
    public async Task Scenario_5_what_is_refused_for_good_is_sent_once(
        [Values("objects.delete", "objects.insert multipart", "objects.rewrite", "objects.get", "objects.list")] string method, [Values(
            400, 401)] int status)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        await bucket.PutAsync("source", new byte[1]);
        served.Server.Requests.Clear();
        Fail(served, method, [Fault.Refusing(status), Fault.Refusing(status)]);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => RunAsync(bucket, method)))!;

        Assert.That((error.Status, error.IsOutcomeUnknown), Is.EqualTo(((int?)status, false)));
        Assert.That(Sent(served, method), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Scenario_6_a_refusal_for_good_after_a_transient_one_ends_it(
        [Values("objects.delete", "objects.insert multipart", "objects.rewrite", "objects.get", "objects.list")] string method,
        [Values] bool cuts)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        await bucket.PutAsync("source", new byte[1]);
        served.Server.Requests.Clear();
        Fail(served, method, cuts ? [new Fault(FaultKind.Cut), Fault.Refusing(401)] : [Fault.Refusing(503), Fault.Refusing(400)]);

        // A delete without a condition that is in doubt reads instead. The object is missing, which is the goal.
        if (method == "objects.delete")
        {
            await RunAsync(bucket, method);
            return;
        }

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => RunAsync(bucket, method)))!;

        Assert.That(error.Status, Is.EqualTo(cuts ? 401 : 400));
        Assert.That(Sent(served, method), Has.Count.EqualTo(2));
    }

    /// <summary>This library has no resumable uploads. Its uploads in one request meet the same failures.</summary>
    [TestCase(FaultKind.Cut, 503, 1)]
    [TestCase(FaultKind.Refuse, 408, 1)]
    [TestCase(FaultKind.Refuse, 503, 2)]
    [TestCase(FaultKind.RefuseAfter, 408, 1)]
    public async Task Scenario_7_an_upload_with_a_precondition_survives_failures(FaultKind kind, int status, int times)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        byte[] bytes = [.. Enumerable.Range(0, 4 * 1024 * 1024).Select(static n => (byte)(n % 253))];
        served.Server.Faults.Add(
            static record => record.Operation == "objects.insert multipart", new Fault(kind) { Status = status }, times);

        await bucket.PutAsync("object", bytes, new PutOptions { IfAbsent = true });

        await using ObjectReader reader = await bucket.GetAsync("object");
        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(bytes), Is.True);
    }

    [TestCase(0)]
    [TestCase(256 * 1024)]
    public async Task Scenario_8_a_download_that_breaks_off_goes_on_where_it_stood(int after)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(time: new HurriedTime()).GetBucket("bucket");
        byte[] bytes = [.. Enumerable.Range(0, 1024 * 1024).Select(static n => (byte)(n % 253))];
        await bucket.PutAsync("object", bytes);
        served.Server.Faults.Add(
            static record => record.Operation == "objects.get media", new Fault(FaultKind.CutBody) { BodyBytes = after });

        await using ObjectReader reader = await bucket.GetAsync("object");

        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(served.Server.Requests.Operations.Count(static operation => operation == "objects.get media"), Is.EqualTo(2));
    }

    private static Task RunAsync(Bucket bucket, string method) => method switch
    {
        "objects.delete" => bucket.DeleteAsync("object"),
        "objects.insert multipart" => bucket.PutAsync("object", new byte[1]),
        "objects.rewrite" => bucket.CopyAsync(new ObjectAddress("bucket", "source"), "object"),
        "objects.get" => bucket.ExistsAsync("object"),
        _ => bucket.ListAsync().CountAsync().AsTask(),
    };

    private static void Fail(ServedStore served, string method, Fault[] faults)
    {
        foreach (Fault fault in faults)
        {
            served.Server.Faults.Add(record => record.Operation == method && record.Name != "bucket/source", fault);
        }
    }

    private static List<RequestRecord> Sent(ServedStore served, string method) =>
        [.. served.Server.Requests.Records.Where(record => record.Operation == method)];

    private static bool HasPrecondition(RequestRecord record) => Generations.Any(record.Query.ContainsKey);

    private static ObjectStore OfItsOwn(ServedStore served) => served.Open(
        static o => (o.BucketMapping, o.Bucket, o.ProjectId) = (GcpBucketMapping.ContainerPerBucket, null, "project"), new HurriedTime());

    /// <summary>Another client writes the key right after the first write.</summary>
    private sealed class TheirsHandler(Bucket bucket) : DelegatingHandler(new SocketsHttpHandler())
    {
        private bool _done;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Get && !_done)
            {
                _done = true;
                await bucket.PutAsync("object", "theirs"u8.ToArray(), cancellationToken: cancellationToken);
            }

            return response;
        }
    }
}
