using Amazon.Runtime;
using Amazon.S3;
using BleepStore.Storage.Aws.Tests.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

/// <summary>SSE-KMS and SSE-C on every request that needs their headers, and ETags that are no MD5s taken for none.</summary>
public sealed class EncryptionTests
{
    private const string CustomerKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string Md5OfHello = "5d41402abc4b2a76b9719d911017c592";

    /// <summary>Has the form of an MD5, and is none of what was sent.</summary>
    private const string Opaque = "0123456789abcdef0123456789abcdef";

    private static readonly byte[] Hello = "hello"u8.ToArray();

    public enum Scheme
    {
        CustomerKey,
        Kms,

        /// <summary>On a server that does not name the key in its answers.</summary>
        KmsWithoutKeyId,
    }

    [Test]
    public async Task A_customers_key_goes_with_whatever_reads_or_writes_bytes_and_with_nothing_else()
    {
        var wire = new StubTransport(request => Answer(request, Scheme.CustomerKey));
        Bucket bucket = CreateBucket(wire, Scheme.CustomerKey);

        await UseAsync(bucket);
        await bucket.DeleteAsync("key");
        await bucket.ListPageAsync();

        foreach (SentRequest sent in wire.Sent)
        {
            bool isAboutBytes = sent.Kind is "PUT" or "HEAD" or "GET" or "POST uploads" or "PUT part" or "PUT part copy" or "PUT copy";
            Assert.That(
                sent.Header("x-amz-server-side-encryption-customer-key"), isAboutBytes ? Is.EqualTo(CustomerKey) : Is.Null, sent.Kind);
            Assert.That(
                sent.Header("x-amz-server-side-encryption-customer-algorithm"), isAboutBytes ? Is.EqualTo("AES256") : Is.Null, sent.Kind);
            bool isCopy = sent.Kind is "PUT copy" or "PUT part copy";
            Assert.That(
                sent.Header("x-amz-copy-source-server-side-encryption-customer-key"),
                isCopy ? Is.EqualTo(CustomerKey) : Is.Null,
                sent.Kind);
            Assert.That(sent.Uri.Scheme, Is.EqualTo("https"));
        }

        Assert.That(wire.Kinds.Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(10));
    }

    [Test]
    public async Task KMS_is_asked_for_where_an_object_is_made_and_nowhere_else()
    {
        var wire = new StubTransport(request => Answer(request, Scheme.Kms));

        await UseAsync(CreateBucket(wire, Scheme.Kms));

        foreach (SentRequest sent in wire.Sent)
        {
            bool makes = sent.Kind is "PUT" or "POST uploads" or "PUT copy";
            Assert.That(sent.Header("x-amz-server-side-encryption"), makes ? Is.EqualTo("aws:kms") : Is.Null, sent.Kind);
            Assert.That(sent.Header("x-amz-server-side-encryption-aws-kms-key-id"), makes ? Is.EqualTo("key-1") : Is.Null, sent.Kind);
        }
    }

    [TestCase(Scheme.CustomerKey)]
    [TestCase(Scheme.Kms)]
    [TestCase(Scheme.KmsWithoutKeyId)]
    public async Task An_ETag_that_is_no_MD5_is_not_taken_for_one(Scheme scheme)
    {
        var wire = new StubTransport(request => Answer(request, scheme));
        Bucket bucket = CreateBucket(wire, scheme);

        ObjectProperties stored = await bucket.PutAsync("key", Hello);
        await using ObjectReader reader = await bucket.GetAsync("key");
        byte[] read = await reader.ReadAllAsync();
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo part = await upload.UploadPartAsync(1, Hello);

        Assert.That(
            (stored.ETag, stored.Revision, reader.Properties.ETag, reader.Properties.Revision),
            Is.EqualTo((Md5OfHello, Opaque, Md5OfHello, Opaque)));
        Assert.That(read, Is.EqualTo(Hello));
        Assert.That(part.ETag, Is.EqualTo(Opaque));
    }

    [TestCase(Scheme.CustomerKey)]
    [TestCase(Scheme.Kms)]
    public async Task A_copy_has_the_ETag_of_what_was_copied(Scheme scheme)
    {
        var wire = new StubTransport(request => Answer(request, scheme));

        ObjectProperties copy = await CreateBucket(wire, scheme).CopyAsync(new ObjectAddress("bucket", "source"), "copy");

        Assert.That((copy.ETag, copy.Revision), Is.EqualTo((Md5OfHello, Opaque)));
        Assert.That(wire.Sent[1].Header("x-amz-meta-bleepstoreetag"), Is.EqualTo($"{Md5OfHello}:5"));
    }

    /// <summary>The ETag under KMS has the form of an MD5, and that of the copy is an MD5.</summary>
    [TestCase(AwsCompatibility.Aws)]
    [TestCase(AwsCompatibility.S3Compatible)]
    public async Task A_copy_from_under_KMS_to_where_ETags_are_MD5s_is_not_taken_for_one_of_another_source(AwsCompatibility compatibility)
    {
        var wire = new StubTransport(
            StubAnswer.Object(Hello, Opaque).With("x-amz-server-side-encryption", "aws:kms"),
            StubAnswer.Xml($"<CopyObjectResult><ETag>\"{Md5OfHello}\"</ETag></CopyObjectResult>")
                .With("x-amz-server-side-encryption", "AES256"));

        ObjectProperties copy = await wire.CreateBucket(options => options.Compatibility = compatibility)
            .CopyAsync(new ObjectAddress("bucket", "source"), "copy");

        Assert.That((copy.ETag, copy.Revision), Is.EqualTo((Md5OfHello, Md5OfHello)));
    }

    [Test]
    public void A_customers_key_never_goes_over_plain_http()
    {
        var wire = new StubTransport();
        var config = new AmazonS3Config { ServiceURL = "http://s3.example.com", HttpClientFactory = new WireFactory(wire) };
        using var client = new AmazonS3Client(new BasicAWSCredentials("key", "secret"), config);
        var given = new AwsBackendOptions { Bucket = "upstream", Encryption = AwsEncryption.CustomerKey, CustomerKey = CustomerKey };

        string[] messages =
        [
            Assert.Throws<InvalidOperationException>(() => AwsStore.Create(client, given))!.Message,
            Assert.Throws<InvalidOperationException>(
                () => CreateOver(static config => config.ServiceURL = "http://s3.example.com"))!.Message,
            Assert.Throws<InvalidOperationException>(() => CreateOver(static config => config.UseHttp = true))!.Message,
        ];

        Assert.That(messages, Is.All.Contains("https").And.All.Not.Contains(CustomerKey));
        Assert.That(wire.Sent, Is.Empty);

        Bucket CreateOver(Action<AmazonS3Config> hook) => wire.CreateBucket(options =>
        {
            (options.Encryption, options.CustomerKey) = (AwsEncryption.CustomerKey, CustomerKey);
            options.ConfigureClient += hook;
        });
    }

    private static async Task UseAsync(Bucket bucket)
    {
        await bucket.PutAsync("key", Hello);
        await bucket.HeadAsync("key");
        await using (ObjectReader reader = await bucket.GetAsync("key"))
        {
            await reader.ReadAllAsync();
        }

        await bucket.CopyAsync(new ObjectAddress("bucket", "source"), "copy");
        MultipartUpload upload = await bucket.CreateMultipartUploadAsync("key");
        PartInfo first = await upload.UploadPartAsync(1, Hello);
        PartInfo second = await upload.CopyPartAsync(2, new ObjectAddress("bucket", "source"));
        await upload.CompleteAsync([first, second]);
    }

    private static Bucket CreateBucket(StubTransport wire, Scheme scheme) => wire.CreateBucket(options =>
    {
        if (scheme != Scheme.CustomerKey)
        {
            (options.Encryption, options.KmsKeyId) = (AwsEncryption.Kms, "key-1");
        }
        else
        {
            (options.Encryption, options.CustomerKey) = (AwsEncryption.CustomerKey, CustomerKey);
        }
    });

    private static HttpResponseMessage Answer(SentRequest request, Scheme scheme)
    {
        HttpResponseMessage answer = request.Kind switch
        {
            "PUT" or "PUT part" => StubAnswer.Written(Opaque),
            "HEAD" or "GET" => StubAnswer.Object(Hello, Opaque, ("bleepstoreetag", $"{Md5OfHello}:5")),
            "PUT copy" => StubAnswer.Xml($"<CopyObjectResult><ETag>\"{Opaque}\"</ETag></CopyObjectResult>"),
            "PUT part copy" => StubAnswer.Xml($"<CopyPartResult><ETag>\"{Opaque}\"</ETag></CopyPartResult>"),
            "POST uploads" =>
                StubAnswer.Xml("<InitiateMultipartUploadResult><UploadId>upload-1</UploadId></InitiateMultipartUploadResult>"),
            "POST upload" => StubAnswer.Xml(
                "<CompleteMultipartUploadResult><Bucket>upstream</Bucket><Key>bucket/key</Key><ETag>\"made-2\"</ETag></CompleteMultipartUploadResult>"),
            "GET list" => StubAnswer.Xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            _ => StubAnswer.Bare(204),
        };
        return scheme switch
        {
            Scheme.CustomerKey => answer.With("x-amz-server-side-encryption-customer-algorithm", "AES256"),
            Scheme.Kms =>
                answer.With("x-amz-server-side-encryption", "aws:kms").With("x-amz-server-side-encryption-aws-kms-key-id", "key-1"),
            _ => answer.With("x-amz-server-side-encryption", "aws:kms"),
        };
    }
}
