using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Presigning;

/// <summary>Tests the application's own clients and encodings on Ceph, which the conformance suite does not cover.</summary>
public sealed class PresigningOnCephTests
{
    private const string Page = "https://app.example.com";
    private const string Allowed = "Access-Control-Allow-Origin";

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

    [Test]
    public async Task A_page_of_another_origin_sends_parts_once_the_rules_allow_it()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        string upstream = await account.CreateBucketAsync();
        await using ObjectStore store = AwsStore.Create(account.Options(upstream));
        Bucket bucket = await store.CreateBucketAsync("bucket");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        byte[][] parts = [Payload.Bytes(5 * 1024 * 1024, 1), Payload.Bytes(5 * 1024 * 1024, 2), Payload.Bytes(10, 3)];
        PresignedUrl url = await upload.PresignPartAsync(1, Minute);
        HttpAnswer forbidden = await AskAsync(url, Page);

        await store.GetService<IAmazonS3>()!.PutCORSConfigurationAsync(new PutCORSConfigurationRequest
        {
            BucketName = upstream,
            Configuration = new CORSConfiguration
            {
                Rules =
                [
                    new CORSRule
                    {
                        AllowedOrigins = [Page],
                        AllowedMethods = ["GET", "HEAD", "PUT", "POST"],
                        AllowedHeaders = ["*"],
                        ExposeHeaders = ["ETag"],
                        MaxAgeSeconds = 3600,
                    },
                ],
            },
        });
        HttpAnswer allowed = await AskAsync(url, Page);
        HttpAnswer stranger = await AskAsync(url, "https://other.example.com");

        Assert.That(forbidden.Headers.ContainsKey(Allowed), Is.False, forbidden.ToString());
        Assert.That(stranger.Headers.ContainsKey(Allowed), Is.False, stranger.ToString());
        Assert.That((allowed.IsSuccess, allowed.Headers[Allowed]), Is.EqualTo((true, Page)), allowed.ToString());
        for (int number = 1; number <= parts.Length; number++)
        {
            HttpAnswer put = await PlainHttp.SendAsync(
                await upload.PresignPartAsync(number, Minute), parts[number - 1], new Dictionary<string, string?> { ["Origin"] = Page });
            Assert.That((put.IsSuccess, put.Headers[Allowed]), Is.EqualTo((true, Page)), put.ToString());
            Assert.That(put.Headers["Access-Control-Expose-Headers"], Does.Contain("ETag").IgnoreCase);
        }

        await upload.CompleteAsync(await upload.ListPartsAsync().ToListAsync());
        await using ObjectReader reader = await bucket.GetAsync("key");
        Assert.That((await reader.ReadAllAsync()).AsSpan().SequenceEqual([.. parts[0], .. parts[1], .. parts[2]]), Is.True);
    }

    /// <summary>The preflight request of a browser.</summary>
    private static Task<HttpAnswer> AskAsync(PresignedUrl url, string origin) => PlainHttp.SendAsync(
        url,
        headers: new Dictionary<string, string?>
        {
            ["Origin"] = origin,
            ["Access-Control-Request-Method"] = url.Method,
            ["Access-Control-Request-Headers"] = "content-type",
        },
        method: "OPTIONS");
}
