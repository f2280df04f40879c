using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

public sealed class BucketTests
{
    [Test]
    public async Task Whoever_deletes_a_bucket_pays_for_every_request_of_it()
    {
        var wire = new StubTransport(static request => request.Kind switch
        {
            "HEAD" => StubAnswer.Object([], StubAnswer.Md5OfNothing),
            "GET list" => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            "GET uploads" => StubAnswer.Xml(
                "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated><Upload><Key>bucket/key</Key><UploadId>upload-1</UploadId></Upload></ListMultipartUploadsResult>"),
            _ => StubAnswer.Bare(204),
        });

        await wire.CreateStore(static options => options.RequesterPays = true).DeleteBucketAsync("bucket");

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "GET list", "GET uploads", "DELETE upload", "DELETE" }));
        Assert.That(wire.Sent.Select(static sent => sent.Header("x-amz-request-payer")), Is.All.EqualTo("requester"));
    }
}
