using System.Security.Cryptography;
using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>
/// A client in the SDK's default configuration sends a checksum with every part. S3 completes such an upload only when it sees the
/// checksums again.
/// </summary>
public sealed class ChecksumTests
{
    [Test]
    public async Task Begin_parts_and_completion_agree_on_one_checksum()
    {
        var checksums = new Dictionary<string, string>(StringComparer.Ordinal);
        string? completion = null;
        var wire = new StubTransport(request =>
        {
            switch (request.Kind)
            {
                case "POST uploads":
                    return StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>");
                case "PUT part":
                    string number = request.Uri.Query.Split("partNumber=")[1].Split('&')[0];
                    checksums[number] = $"crc-{number}";
                    return StubAnswer.Written(Convert.ToHexStringLower(Convert.FromBase64String(request.Header("Content-MD5")!)))
                        .With("x-amz-checksum-crc32", checksums[number]);
                case "GET upload":
                    string parts = string.Concat(checksums.Select(
                        static one => $"<Part><PartNumber>{one.Key}</PartNumber><ETag>\"abc\"</ETag><ChecksumCRC32>{one.Value}</ChecksumCRC32></Part>"));
                    return StubAnswer.Xml(
                        $"<ListPartsResult><UploadId>upload-1</UploadId><IsTruncated>false</IsTruncated>{parts}</ListPartsResult>");
                case "POST upload":
                    completion = System.Text.Encoding.UTF8.GetString(request.Body);
                    return StubAnswer.Xml("<CompleteMultipartUploadResult><ETag>\"made-2\"</ETag></CompleteMultipartUploadResult>");
                default:
                    return StubAnswer.Bare(403);
            }
        });
        MultipartUpload upload = await wire.CreateGivenBucket().CreateMultipartUploadAsync("key");
        PartInfo[] uploaded = [await upload.UploadPartAsync(1, new byte[100]), await upload.UploadPartAsync(2, new byte[50])];

        await upload.CompleteAsync(uploaded);

        SentRequest[] sent = [.. wire.Sent];
        Assert.That(
            (sent[0].Header("x-amz-checksum-algorithm"), sent[0].Header("x-amz-checksum-type")), Is.EqualTo(("CRC32", "COMPOSITE")));
        Assert.That(sent.Where(static one => one.Kind == "PUT part").Select(
            static one => one.Header("x-amz-trailer") ?? one.Header("x-amz-sdk-checksum-algorithm")), Is.All.Contains("crc32").IgnoreCase);
        Assert.That(sent.Single(static one => one.Kind == "POST upload").Header("x-amz-checksum-type"), Is.EqualTo("COMPOSITE"));
        Assert.That(completion, Does.Contain("<ChecksumCRC32>crc-1</ChecksumCRC32>").And.Contain("<ChecksumCRC32>crc-2</ChecksumCRC32>"));
    }

    [Test]
    public async Task Our_own_client_sends_no_checksum_but_the_MD5()
    {
        var wire = new StubTransport(static request => request.Kind switch
        {
            "POST uploads" =>
                StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"),
            "POST upload" => StubAnswer.Xml("<CompleteMultipartUploadResult><ETag>\"made-1\"</ETag></CompleteMultipartUploadResult>"),
            "HEAD" => StubAnswer.Bare(403),
            _ => StubAnswer.Written(Convert.ToHexStringLower(MD5.HashData(request.Body))),
        });
        MultipartUpload upload = await wire.CreateBucket().CreateMultipartUploadAsync("key");

        await upload.CompleteAsync([await upload.UploadPartAsync(1, new byte[100])]);

        Assert.That(wire.Sent.SelectMany(static sent => sent.Headers.Keys), Has.None.StartsWith("x-amz-checksum").IgnoreCase);
    }

    [Test]
    public async Task Parts_without_the_checksums_that_the_client_sends_are_told_with_the_remedy()
    {
        var wire = new StubTransport(static request => request.Kind == "POST upload"
            ? StubAnswer.Error(400, "InvalidPart")
            : StubAnswer.Xml("<ListPartsResult><UploadId>upload-1</UploadId><IsTruncated>false</IsTruncated></ListPartsResult>"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidPart, () => wire.CreateGivenBucket().GetMultipartUpload("key", "upload-1").CompleteAsync([new PartInfo
            {
                PartNumber = 1,
                ETag = "abc",
            }]));

        Assert.That(error.Message, Does.Contain("RequestChecksumCalculation"));
    }
}
