using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>.NET sends a body of up to 1,024 bytes after a refusal. Servers that do not expect it read it as the next request.</summary>
public sealed class ExpectTests
{
    private const int PartSize = 5 * 1024 * 1024;

    [TestCase(AwsCompatibility.Aws, 0, null)]
    [TestCase(AwsCompatibility.Aws, 1024, null)]
    [TestCase(AwsCompatibility.Aws, 1025, "100-continue")]
    [TestCase(AwsCompatibility.S3Compatible, 0, null)]
    [TestCase(AwsCompatibility.S3Compatible, 1024, null)]
    [TestCase(AwsCompatibility.S3Compatible, 1025, null)]
    public async Task Consent_is_asked_for_only_of_Amazon_and_only_for_bodies_that_wait_for_it(
        AwsCompatibility compatibility, int size, string? expected)
    {
        foreach (bool isGiven in new[] { false, true })
        {
            var wire = new StubTransport(Answer);
            Bucket bucket = isGiven
                ? wire.CreateGivenBucket(options => options.Compatibility = compatibility)
                : wire.CreateBucket(options => options.Compatibility = compatibility);
            await bucket.PutAsync("key", Payload.Bytes(size));
            MultipartUpload upload = await bucket.CreateMultipartUploadAsync("large");
            await upload.UploadPartAsync(1, Payload.Bytes(size));

            Assert.That(wire.Kinds, Is.EqualTo(new[] { "PUT", "POST uploads", "PUT part" }));
            Assert.That(
                wire.Sent.Select(static sent => sent.Header("Expect")),
                Is.EqualTo(new[] { expected, null, expected }),
                $"given: {isGiven}");
        }
    }

    [Test]
    public async Task A_large_put_in_parts_asks_only_Amazon()
    {
        var wire = new StubTransport(Answer);

        await wire.CreateBucket(
            static options => options.Compatibility = AwsCompatibility.S3Compatible,
            new ObjectStoreOptions { PartSize = PartSize, MultipartThreshold = PartSize }).PutAsync("key", Payload.Bytes(PartSize + 1));

        Assert.That(wire.Kinds, Has.Exactly(2).EqualTo("PUT part"));
        Assert.That(wire.Sent.Select(static sent => sent.Header("Expect")), Is.All.Null);
    }

    private static HttpResponseMessage Answer(SentRequest request) => request.Kind switch
    {
        "POST uploads" => StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"),
        "POST upload" => StubAnswer.Xml("<CompleteMultipartUploadResult><ETag>\"made-2\"</ETag></CompleteMultipartUploadResult>"),
        "HEAD" => StubAnswer.Bare(403),
        _ => StubAnswer.Written(Convert.ToHexStringLower(Convert.FromBase64String(request.Header("Content-MD5")!))),
    };
}
