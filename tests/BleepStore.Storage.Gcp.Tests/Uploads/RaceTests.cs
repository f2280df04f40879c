using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Uploads;

/// <summary>Tests answers that need a change of another client between two requests, and failed reads after a failure.</summary>
public sealed class RaceTests
{
    private const int Large = 6 * 1024 * 1024;

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_outcome_of_a_large_put_stays_unknown_when_the_object_cannot_be_looked_at(bool isConditional)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", new Fault(FaultKind.CutAfter));
        served.Server.Faults.Add(static request => IsLook(request), Fault.Refusing(403), times: int.MaxValue);

        StorageException error = await FailAsync(
            () => bucket.PutAsync("object", new byte[Large], new PutOptions { IfAbsent = isConditional }));

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
        served.Server.Faults.Clear();
        Assert.That((await bucket.HeadAsync("object")).Size, Is.EqualTo(Large), "it has landed");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_outcome_of_a_completion_stays_unknown_when_the_object_cannot_be_looked_at(bool isConditional)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, "part"u8.ToArray());
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", new Fault(FaultKind.CutAfter));
        served.Server.Faults.Add(static request => IsLook(request), Fault.Refusing(403), times: int.MaxValue, skip: 1);

        StorageException error = await FailAsync(() => upload.CompleteAsync([part], new CompleteOptions { IfAbsent = isConditional }));

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
        served.Server.Faults.Clear();
        ObjectProperties made = await upload.CompleteAsync([part]);
        Assert.That(made.Size, Is.EqualTo(4), "the next call finds that it was completed");
        Assert.That(served.InternalNames, Is.Empty);
    }

    /// <summary>Whether the first attempt was overwritten or lost cannot be told, so a failure of the next round knows no more.</summary>
    [Test]
    public async Task The_outcome_of_a_completion_stays_unknown_when_its_next_round_fails()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Store.GetBucket("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, "part"u8.ToArray());
        int commits = 0;
        var overtaken = new Interposed(
            request => request.RequestUri!.AbsolutePath.EndsWith("/compose", StringComparison.Ordinal)
                && Interlocked.Increment(ref commits) == 2,
            () => bucket.PutAsync("object", "other"u8.ToArray()));
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", new Fault(FaultKind.Cut));
        served.Server.Faults.Add(
            static request => request.Operation == "objects.get" && request.Name!.Contains("/records/", StringComparison.Ordinal),
            Fault.Refusing(403),
            skip: 1);
        Bucket ours = served.Open(o => o.HandlerFactory = _ => overtaken).GetBucket("bucket");

        StorageException error = await FailAsync(() => ours.GetMultipartUpload("object", upload.UploadId).CompleteAsync([part]));

        Assert.That(
            (error.Code, error.IsOutcomeUnknown, commits), Is.EqualTo((StorageErrorCode.AccessDenied, true, 2)), error.ToString());
        Assert.That((await bucket.HeadAsync("object")).Size, Is.EqualTo(5), "the other object stays");
        Assert.That((await upload.CompleteAsync([part]).WaitAsync(TimeSpan.FromSeconds(60))).Size, Is.EqualTo(4), "its claim was given back");
    }

    [Test]
    public async Task The_beginning_of_an_upload_is_of_unknown_outcome_when_its_record_cannot_be_looked_at()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        served.Server.Faults.Add(static request => request.Operation == "objects.insert multipart", new Fault(FaultKind.CutAfter));
        served.Server.Faults.Add(static request => request.Operation == "objects.get", Fault.Refusing(403), times: 1);

        StorageException error = await FailAsync(() => served.Store.GetBucket("bucket").CreateMultipartUploadAsync("object"));

        Assert.That((error.Code, error.IsOutcomeUnknown), Is.EqualTo((StorageErrorCode.AccessDenied, true)), error.ToString());
        Assert.That(served.InternalNames, Is.Empty, "it was aborted, because it may have begun");
    }

    [Test]
    public async Task An_abort_ends_when_the_service_refuses_to_mark_the_record()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        MultipartUpload upload = await served.Store.GetBucket("bucket").CreateMultipartUploadAsync("object");
        served.Server.Faults.Add(static request => request.Operation == "objects.patch", Fault.Refusing(412), times: 1000);

        StorageException error = await FailAsync(() => upload.AbortAsync());

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.OperationAborted), error.ToString());
        Assert.That(served.Server.Requests.Operations.Count(static operation => operation == "objects.patch"), Is.EqualTo(1));
        served.Server.Faults.Clear();
        await upload.AbortAsync();
        Assert.That(served.InternalNames, Is.Empty);
    }

    [Test]
    public async Task A_large_put_whose_parts_another_process_has_aborted_has_no_upload_any_more()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        await served.Store.CreateBucketAsync("bucket");
        var aborted = new Interposed(
            static request => request.RequestUri!.AbsolutePath.EndsWith("/compose", StringComparison.Ordinal),
            () => served.Store.AbortUploadsAsync(TimeSpan.Zero));
        Bucket bucket = served.Open(o => o.HandlerFactory = _ => aborted).GetBucket("bucket");

        StorageException error = await FailAsync(() => bucket.PutAsync("object", new byte[Large]));

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchUpload), error.ToString());
        Assert.That(served.InternalNames, Is.Empty);
    }

    [TestCase("part", "objects.insert multipart")]
    [TestCase("list parts", "objects.list")]
    [TestCase("delete bucket", "objects.list")]
    public async Task A_bucket_that_goes_between_two_requests_is_missing(string call, string operation)
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = await served.Store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        served.Server.Faults.Add(request => request.Operation == operation, Fault.Refusing(404));

        StorageException error = await FailAsync(() => call switch
        {
            "part" => upload.UploadPartAsync(1, "part"u8.ToArray()),
            "list parts" => upload.ListPartsAsync().ToListAsync().AsTask(),
            _ => served.Store.DeleteBucketAsync("bucket"),
        });

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.NoSuchBucket), error.ToString());
    }

    /// <summary>The other completion has committed and deleted the parts. The record goes last and is still there.</summary>
    [Test]
    public async Task A_completion_that_finds_the_parts_deleted_by_another_one_returns_the_same_object()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        MultipartUpload upload = await served.Store.GetBucket("bucket").CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, "part"u8.ToArray());
        var partsAreGone = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var other = new Interposed(
            static request => request.Method == HttpMethod.Delete && IsForRecord(request),
            async () =>
            {
                partsAreGone.TrySetResult();
                await release.Task;
            });
        Bucket theirs = served.Open(o => o.HandlerFactory = _ => other).GetBucket("bucket");
        Task<ObjectProperties>? earlier = null;
        var late = new Interposed(
            static request => request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("/o", StringComparison.Ordinal),
            async () =>
            {
                earlier ??= theirs.GetMultipartUpload("object", upload.UploadId).CompleteAsync([part]);
                await partsAreGone.Task;
            });
        Bucket ours = served.Open(o => o.HandlerFactory = _ => late).GetBucket("bucket");

        ObjectProperties made = await ours.GetMultipartUpload("object", upload.UploadId).CompleteAsync([part]);

        Assert.That(earlier!.IsCompleted, Is.False, "the record is still there");
        release.SetResult();
        Assert.That((await earlier).Revision, Is.EqualTo(made.Revision));
        Assert.That(served.InternalNames, Is.Empty);
    }

    [Test]
    public async Task An_abort_whose_bucket_goes_meanwhile_succeeds()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        MultipartUpload upload = await served.Store.GetBucket("bucket").CreateMultipartUploadAsync("object");
        served.Server.Faults.Add(static request => request.Operation is "objects.list" or "objects.delete", Fault.Refusing(404), times: 2);

        await upload.AbortAsync();

        Assert.That(served.Server.Requests.Operations, Does.Contain("objects.list"));
    }

    /// <summary>Under a customer-managed key the ETags of copied ranges are read part by part, after the listing.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_part_that_is_replaced_while_parts_are_listed_is_listed_as_it_is_then(bool isDeleted)
    {
        const string key = "projects/project/locations/europe/keyRings/ring/cryptoKeys/key";
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket direct = served.Open(static o => o.KmsKeyName = key).GetBucket("bucket");
        await direct.PutAsync("source", new byte[1024]);
        MultipartUpload upload = await direct.CreateMultipartUploadAsync("object");
        var source = new ObjectAddress("bucket", "source");
        PartInfo? replacement = null;
        PartInfo kept = await upload.UploadPartAsync(1, "part"u8.ToArray());
        await upload.CopyPartAsync(2, source, ByteRange.From(1, 10));
        bool isDone = false;
        var replaced = new Interposed(
            request =>
                !isDone && request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.EndsWith("00002", StringComparison.Ordinal),
            async () =>
            {
                isDone = true;
                replacement = isDeleted ? null : await upload.CopyPartAsync(2, source, ByteRange.From(1, 20));
                if (isDeleted)
                {
                    (string container, string name) = served.Server.ObjectNames.Select(static found => (found.Bucket, found.Name))
                        .Single(static found => found.Name.EndsWith("/00002", StringComparison.Ordinal));
                    await ServerClient.DeleteObjectAsync(served.Server, container, name);
                }
            });
        Bucket bucket = served.Open(o => (o.KmsKeyName, o.HandlerFactory) = (key, _ => replaced)).GetBucket("bucket");

        List<PartInfo> listed = await bucket.GetMultipartUpload("object", upload.UploadId).ListPartsAsync().ToListAsync();

        Assert.That(isDone, Is.True);
        Assert.That(listed, Is.EqualTo(replacement is null ? new[] { kept } : [kept, replacement]));
    }

    /// <summary>A look at the object, not at what is internal.</summary>
    private static bool IsLook(RequestRecord request) => request.Operation == "objects.get" && request.Name == "bucket/object";

    private static bool IsForRecord(HttpRequestMessage request) =>
        Uri.UnescapeDataString(request.RequestUri!.AbsolutePath).Contains("/records/", StringComparison.Ordinal);

    private static async Task<StorageException> FailAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<StorageException>(async () => await act().WaitAsync(TimeSpan.FromSeconds(60))))!;

    /// <summary>Does something before each request that a condition names.</summary>
    private sealed class Interposed(Func<HttpRequestMessage, bool> matches, Func<Task> run) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (matches(request))
            {
                await run();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
