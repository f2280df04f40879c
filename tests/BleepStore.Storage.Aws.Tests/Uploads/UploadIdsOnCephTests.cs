using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Uploads;

/// <summary>Tests the declared difference. Uploads are listed by S3's own ids, under every key, and these ids work.</summary>
public sealed class UploadIdsOnCephTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Under_every_key_an_upload_is_found_continued_and_completed_by_S3s_own_id(bool isShared)
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        await using ObjectStore store = AwsStore.Create(account.Options(isShared ? await account.CreateBucketAsync() : null));
        Bucket bucket = await store.CreateBucketAsync($"ids-{Guid.NewGuid():N}"[..20]);
        List<string> keys = [.. KeyCatalogue.Valid.Select(static valid => valid.Key)];
        var begun = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string key in keys)
        {
            begun.Add(key, (await bucket.CreateMultipartUploadAsync(key)).UploadId);
        }

        List<MultipartUploadInfo> listed = await bucket.ListMultipartUploadsAsync(new ListUploadsOptions { PageSize = 7 }).ToListAsync();

        Assert.That(listed.Select(static upload => upload.Key), Is.EquivalentTo(keys));
        foreach (MultipartUploadInfo upload in listed)
        {
            Assert.That(begun[upload.Key], Is.EqualTo($"{begun[upload.Key][..22]}.{upload.UploadId}"));
        }

        foreach (MultipartUploadInfo upload in listed.Where(static (_, at) => at % 5 == 0))
        {
            MultipartUpload found = bucket.GetMultipartUpload(upload.Key, upload.UploadId);
            PartInfo part = await found.UploadPartAsync(1, new byte[10]);
            Assert.That((await found.CompleteAsync([part])).Size, Is.EqualTo(10));
        }

        await bucket.DeleteManyAsync(keys);
        await store.DeleteBucketAsync(bucket.Name);
        Assert.That(await store.BucketExistsAsync(bucket.Name), Is.False);
    }
}
