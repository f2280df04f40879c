using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Wire;

/// <summary>A versioned upstream bucket keeps, and bills, whatever is deleted without its generation.</summary>
public sealed class VersionedBucketTests
{
    private const int MiB = 1024 * 1024;

    private static readonly GcsServerOptions Versioned = new() { VersionsBuckets = true };

    [Test]
    public async Task A_large_put_leaves_nothing_but_its_object()
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);

        await served.Store.GetBucket("bucket").PutAsync("object", new byte[12 * MiB]);

        Assert.That(Versions(served), Is.EqualTo(new[] { "bucket/object" }));
    }

    [TestCase(2)]
    [TestCase(70)]
    public async Task A_completion_leaves_nothing_but_its_object_parts_that_were_replaced_included(int count)
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        MultipartUpload upload = await served.Store.GetBucket("bucket").CreateMultipartUploadAsync("object");
        await upload.UploadPartAsync(1, new byte[3]);
        var parts = new PartInfo[count];
        await Parallel.ForAsync(
            0, count, async (at, token) => parts[at] = await upload.UploadPartAsync(at + 1, new byte[1], cancellationToken: token));

        await upload.CompleteAsync(parts);

        Assert.That(Versions(served), Is.EqualTo(new[] { "bucket/object" }));
    }

    [Test]
    public async Task An_abort_leaves_nothing()
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        MultipartUpload upload = await served.Store.GetBucket("bucket").CreateMultipartUploadAsync("object");
        await upload.UploadPartAsync(1, new byte[3]);
        await upload.UploadPartAsync(1, new byte[4]);

        await upload.AbortAsync();

        Assert.That(Versions(served), Is.Empty);
    }

    [Test]
    public async Task A_cancelled_put_leaves_nothing()
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        served.Server.Faults.Add(static request => request.Operation == "objects.compose", Fault.Refusing(403), times: int.MaxValue);

        await Assert.ThatAsync(
            () => served.Store.GetBucket("bucket").PutAsync("object", new byte[12 * MiB]), Throws.TypeOf<StorageException>());

        Assert.That(Versions(served), Is.Empty);
    }

    [TestCase(GcpBucketMapping.SharedContainer)]
    [TestCase(GcpBucketMapping.ContainerPerBucket)]
    public async Task A_probe_leaves_nothing(GcpBucketMapping mapping)
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        ObjectStore store = Open(served, mapping);

        await store.CheckAsync(new CheckOptions { ProbeWrite = true });

        Assert.That(Versions(served), Is.Empty);
    }

    [Test]
    public async Task A_probe_without_the_permission_to_delete_versions_is_deleted_plainly_and_reported()
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        served.Server.Faults.Add(
            static request =>
                request.Operation == "objects.delete" && request.Query.ContainsKey("generation"), Fault.Refusing(403), times: int.MaxValue);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(
            () => served.Store.CheckAsync(new CheckOptions { ProbeWrite = true })))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.AccessDenied));
        Assert.That(error.Message, Does.Contain("a versioned bucket keeps it"));
        Assert.That(served.Server.ObjectNames, Is.Empty, "the live probe is gone");
        Assert.That(Versions(served), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Without_the_permission_to_delete_versions_parts_are_deleted_plainly()
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        served.Server.Faults.Add(
            static request =>
                request.Operation == "objects.delete" && request.Query.ContainsKey("generation"), Fault.Refusing(403), times: int.MaxValue);

        await served.Store.GetBucket("bucket").PutAsync("object", new byte[12 * MiB]);

        Assert.That(served.Server.ObjectNames.Select(static found => found.Name), Is.EqualTo(new[] { "bucket/object" }));
    }

    [Test]
    public async Task What_the_user_deletes_is_kept_as_the_bucket_is_set()
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        Bucket bucket = served.Store.GetBucket("bucket");
        ObjectProperties stored = await bucket.PutAsync("object", new byte[1]);
        await bucket.DeleteAsync("object", new DeleteOptions { IfRevision = stored.Revision });
        await bucket.PutAsync("object", new byte[1]);
        await bucket.DeleteAsync("object");

        Assert.That(Versions(served), Is.EqualTo(new[] { "bucket/object noncurrent", "bucket/object noncurrent" }));
    }

    [Test]
    public async Task A_bucket_with_noncurrent_versions_is_not_empty_and_its_uploads_go_on()
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        ObjectStore store = Open(served, GcpBucketMapping.ContainerPerBucket);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        await bucket.PutAsync("object", new byte[1]);
        await bucket.DeleteAsync("object");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("another");
        PartInfo part = await upload.UploadPartAsync(1, new byte[1]);

        StorageException error = (await Assert.ThrowsAsync<StorageException>(() => store.DeleteBucketAsync("bucket")))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.BucketNotEmpty));
        await upload.CompleteAsync([part]);
        Assert.That(await bucket.ExistsAsync("another"), Is.True);
    }

    [TestCase(GcpBucketMapping.SharedContainer)]
    [TestCase(GcpBucketMapping.ContainerPerBucket)]
    public async Task An_empty_bucket_is_deleted_with_the_versions_of_its_uploads(GcpBucketMapping mapping)
    {
        await using ServedStore served = await ServedStore.StartAsync(Versioned);
        ObjectStore store = Open(served, mapping);
        Bucket bucket = await store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("object");
        await upload.UploadPartAsync(1, new byte[1]);
        await upload.UploadPartAsync(1, new byte[2]);

        await store.DeleteBucketAsync("bucket");

        Assert.That(Versions(served), Is.Empty);
        Assert.That(await store.BucketExistsAsync("bucket"), Is.False);
    }

    private static ObjectStore Open(ServedStore served, GcpBucketMapping mapping) => served.Open(o =>
    {
        o.BucketMapping = mapping;
        if (mapping == GcpBucketMapping.ContainerPerBucket)
        {
            (o.Bucket, o.ProjectId) = (null, "project");
        }
    });

    private static List<string> Versions(ServedStore served) =>
        [.. served.Server.ObjectVersions.Select(static version => version.IsLive ? version.Name : $"{version.Name} noncurrent")];
}
