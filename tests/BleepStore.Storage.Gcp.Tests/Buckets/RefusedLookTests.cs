using BleepStore.Storage.Gcp.Tests.Support;
using BleepStore.Storage.Gcp.TestServer.Faults;

namespace BleepStore.Storage.Gcp.Tests.Buckets;

/// <summary>Credentials that may not read a bucket or its marker.</summary>
public sealed class RefusedLookTests
{
    [Test]
    public async Task The_outcome_of_a_bucket_s_creation_stays_unknown_when_its_marker_cannot_be_looked_at()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        served.Server.Faults.Add(static request => request.Operation == "objects.insert multipart", new Fault(FaultKind.CutAfter));
        served.Server.Faults.Add(static request => request.Operation == "objects.get", Fault.Refusing(403), times: int.MaxValue);

        StorageException error = await FailAsync(() => served.Store.CreateBucketAsync("bucket"));

        Assert.That(error.IsOutcomeUnknown, Is.True, error.ToString());
    }

    [Test]
    public async Task A_credential_that_may_not_read_buckets_is_told_of_missing_objects()
    {
        await using ServedStore served = await ServedStore.StartAsync();
        Bucket bucket = served.Open(static o =>
        {
            (o.Bucket, o.BucketMapping, o.ProjectId) = (null, GcpBucketMapping.ContainerPerBucket, "project");
        }).GetBucket(ServedStore.Container);
        await bucket.PutAsync("object", "bytes"u8.ToArray());
        served.Server.Faults.Add(static request => request.Operation == "buckets.get", Fault.Refusing(403), times: int.MaxValue);

        Assert.That(await bucket.ExistsAsync("missing"), Is.False);
        Assert.That((await FailAsync(() => bucket.HeadAsync("missing"))).Code, Is.EqualTo(StorageErrorCode.NoSuchKey));
        Assert.That(
            (await FailAsync(() => bucket.CopyAsync(new ObjectAddress(bucket.Name, "missing"), "copy"))).Code,
            Is.EqualTo(StorageErrorCode.NoSuchKey));
        await bucket.DeleteAsync("missing");
        await bucket.DeleteAsync("object");
        Assert.That(await bucket.ExistsAsync("object"), Is.False);
    }

    private static async Task<StorageException> FailAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<StorageException>(async () => await act().WaitAsync(TimeSpan.FromSeconds(60))))!;
}
