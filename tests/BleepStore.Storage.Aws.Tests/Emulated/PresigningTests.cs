using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Emulated;

/// <summary>Tests the application's own clients and encodings on Ceph, which the conformance suite does not cover.</summary>
public sealed class PresigningTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Test]
    public async Task URLs_and_forms_of_a_given_client_serve([Values] bool namesRegion)
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        var config = new AmazonS3Config { ServiceURL = account.Url.AbsoluteUri, ForcePathStyle = true };
        if (namesRegion)
        {
            config.AuthenticationRegion = account.Region;
        }

        using var client = new AmazonS3Client(new BasicAWSCredentials(account.AccessKey, account.SecretKey), config);
        await using ObjectStore store = AwsStore.Create(client, new AwsBackendOptions { Bucket = await account.CreateBucketAsync() });
        Bucket bucket = await store.CreateBucketAsync("bucket");
        byte[] content = Payload.Bytes(1000);

        HttpAnswer put = await PlainHttp.SendAsync(await bucket.PresignAsync("put", PresignMethod.Put, Minute), content);
        HttpAnswer form = await PlainHttp.SendAsync(await bucket.PresignPostAsync("form/", Minute), "file", content);
        HttpAnswer get = await PlainHttp.SendAsync(await bucket.PresignAsync("form/file", PresignMethod.Get, Minute));

        Assert.That(put.IsSuccess, Is.True, put.ToString());
        Assert.That(form.IsSuccess, Is.True, form.ToString());
        Assert.That(get.Body, Is.EqualTo(content), get.ToString());
        Assert.That(await bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EquivalentTo(["put", "form/file"]));
    }

    [Test]
    public async Task The_storage_class_of_the_options_is_asked_for_and_bound()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        AwsBackendOptions options = account.Options(await account.CreateBucketAsync());
        options.StorageClass = "STANDARD";
        await using ObjectStore store = AwsStore.Create(options);
        Bucket bucket = await store.CreateBucketAsync("bucket");

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Put, Minute);
        HttpAnswer without = await PlainHttp.SendAsync(url, [1], new Dictionary<string, string?> { ["x-amz-storage-class"] = null });
        HttpAnswer with = await PlainHttp.SendAsync(url, [1]);

        Assert.That(url.RequiredHeaders, Is.EqualTo(new Dictionary<string, string> { ["x-amz-storage-class"] = "STANDARD" }));
        Assert.That(without.IsRefusal, Is.True, without.ToString());
        Assert.That(with.IsSuccess, Is.True, with.ToString());
    }
}
