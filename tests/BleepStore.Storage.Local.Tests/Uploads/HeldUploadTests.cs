using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Uploads;

/// <summary>A virus scanner reads in the folder of an upload, so Windows does not move its files for a moment.</summary>
public class HeldUploadTests : LocalFixture
{
    private readonly FaultyHost _host = new();
    private int _refusals;

    [Test]
    public async Task A_multipart_upload_waits_for_a_program_that_holds_its_files_for_a_moment()
    {
        Bucket bucket = await OpenBucketAsync(store: OpenHeld());

        Hold("/uploads/");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        AssertWasHeld();
        Hold("/00001");
        PartInfo part = await upload.UploadPartAsync(1, Bytes("part"));
        AssertWasHeld();
        Hold("/object");
        await upload.CompleteAsync([part]);
        AssertWasHeld();
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("part"));

        MultipartUpload other = await bucket.CreateMultipartUploadAsync("key");
        Hold("/tmp/");
        await other.AbortAsync();
        AssertWasHeld();
        Assert.That(await bucket.ListMultipartUploadsAsync().CountAsync(), Is.Zero);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("part"));
    }

    [Test]
    public async Task A_program_that_holds_the_files_of_an_upload_for_long_ends_the_call_and_not_the_upload()
    {
        Bucket bucket = await OpenBucketAsync(store: OpenHeld());
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");

        Hold("/00001", int.MaxValue);
        await FailAsync(StorageErrorCode.OperationAborted, () => upload.UploadPartAsync(1, Bytes("part")));

        Hold("", 0);
        await upload.CompleteAsync([await upload.UploadPartAsync(1, Bytes("part"))]);
        Assert.That(await ReadAsync(bucket, "key"), Is.EqualTo("part"));
    }

    private ObjectStore OpenHeld() => Open(new LocalBackend(Options()) { Layer = new ManagedLayer(_host) });

    /// <summary>Refuses the next moves to some paths.</summary>
    private void Hold(string to, int refusals = 1)
    {
        _refusals = refusals;
        _host.OnMove = (_, target) => target.Contains(to, StringComparison.Ordinal) && Interlocked.Decrement(ref _refusals) >= 0
            ? DiskError.HeldOpen
            : null;
    }

    private void AssertWasHeld() => Assert.That(_refusals, Is.LessThan(0), "nothing was moved");
}
