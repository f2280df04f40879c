using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Uploads;

/// <summary>
/// A fixture of its own that runs alone. The allocations of the whole process are counted, because a continuation may be on any thread. One
/// test of a fixture that runs beside others is not alone.
/// </summary>
[NonParallelizable]
public class AssemblyMemoryTests : LocalFixture
{
    [Test]
    public async Task Assembly_takes_memory_for_a_buffer_whatever_the_size()
    {
        Bucket bucket = await OpenBucketAsync();
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        var parts = new List<PartInfo>();
        for (int number = 1; number <= 4; number++)
        {
            parts.Add(await upload.UploadPartAsync(number, new PatternStream(50_000_000)));
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await upload.CompleteAsync(parts);

        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(10_000_000));
        Assert.That(new FileInfo(PathIn("bucket", "key")).Length, Is.EqualTo(200_000_000));
    }
}
