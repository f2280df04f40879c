using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Presigning;

/// <summary>The signatures, held against the documented example and against a second implementation.</summary>
public sealed class SignatureTests
{
    private const string AccessKey = "AKIAIOSFODNN7EXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>"An example", in "Authenticating Requests" (Using Query Parameters, AWS Signature Version 4).</summary>
    private const string Documented =
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";

    private static readonly Dictionary<string, string> NoHeaders = [];

    [Test]
    public void The_second_implementation_signs_the_documented_example() =>
        Assert.That(
            SignatureVersion4.OfUrl("GET", Documented, NoHeaders, Secret),
            Is.EqualTo("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));

    [Test]
    public async Task A_URL_says_what_the_documented_example_says()
    {
        PresignedUrl url = await Bucket().PresignAsync("test.txt", PresignMethod.Get, Day);

        string address = url.Url.AbsoluteUri;
        Dictionary<string, string> query = SignatureVersion4.QueryOf(address);
        Dictionary<string, string> documented = SignatureVersion4.QueryOf(Documented);
        Assert.That(address, Does.StartWith("https://examplebucket.s3.us-east-1.amazonaws.com/bucket/test.txt?"));
        Assert.That(query.Keys.Except(["X-Amz-Signature"]), Is.EquivalentTo(documented.Keys));
        Assert.That(query["X-Amz-Credential"].Split('/')[2..], Is.EqualTo(documented["X-Amz-Credential"].Split('/')[2..]));
        Assert.That(query["X-Amz-Expires"], Is.EqualTo(documented["X-Amz-Expires"]));
        Assert.That(query["X-Amz-SignedHeaders"], Is.EqualTo(documented["X-Amz-SignedHeaders"]));
        AssertSigned(url);
    }

    [TestCase(null, null, "https://examplebucket.s3.us-east-1.amazonaws.com/bucket/key?")]
    [TestCase(null, true, "https://s3.us-east-1.amazonaws.com/examplebucket/bucket/key?")]
    [TestCase("http://127.0.0.1:7480", null, "http://127.0.0.1:7480/examplebucket/bucket/key?")]
    [TestCase("https://ceph.example.com:8443", null, "https://ceph.example.com:8443/examplebucket/bucket/key?")]
    [TestCase("http://ceph.example.com:8080", false, "http://examplebucket.ceph.example.com:8080/bucket/key?")]
    public async Task A_URL_keeps_scheme_host_and_port_of_the_endpoint(string? endpoint, bool? paths, string start)
    {
        PresignedUrl url = await Bucket(options =>
        {
            options.ServiceUrl = endpoint is null ? null : new Uri(endpoint);
            options.ForcePathStyle = paths;
        }).PresignAsync("key", PresignMethod.Put, Day);

        Assert.That(url.Url.AbsoluteUri, Does.StartWith(start));
        Assert.That(url.Url.AbsoluteUri, Does.Contain("X-Amz-Algorithm=AWS4-HMAC-SHA256"));
        AssertSigned(url);
    }

    [TestCaseSource(typeof(KeyCatalogue), nameof(KeyCatalogue.ValidCases))]
    public async Task A_URL_of_any_key_is_signed_as_it_is_sent(KeyCase one)
    {
        ArgumentNullException.ThrowIfNull(one);
        ObjectStore store = Store();

        PresignedUrl url = await store.GetBucket("bucket").PresignAsync(one.Key, PresignMethod.Get, Day);

        AssertSigned(url);
        string path = url.Url.OriginalString.Split('?')[0].Split('/', 4)[3];
        Assert.That(Uri.UnescapeDataString(path), Is.EqualTo(store.GetUpstreamName("bucket", one.Key).Name));
    }

    [Test]
    public async Task Everything_that_is_bound_is_signed_and_named()
    {
        var options = new PresignOptions
        {
            ContentType = "text/x-bound; charset=utf-8",
            ContentLength = 12,
            ContentMd5 = new byte[16],
            Metadata = new Dictionary<string, string> { ["colour"] = "red  and blue", ["odd_name"] = "blåbær" },
        };

        PresignedUrl url = await Bucket(static options =>
        {
            options.Encryption = AwsEncryption.Kms;
            options.KmsKeyId = "alias/a key";
            options.StorageClass = "STANDARD_IA";
            options.RequesterPays = true;
        }).PresignAsync("key", PresignMethod.Put, Day, options);

        AssertSigned(url);
        Assert.That(url.RequiredHeaders.Keys.Select(static name => name.ToLowerInvariant()), Is.EquivalentTo(
        [
            "content-length", "content-md5", "content-type", "x-amz-meta-bleepstoremeta", "x-amz-meta-colour",
            "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-storage-class",
        ]));
        Dictionary<string, string> query = SignatureVersion4.QueryOf(url.Url.AbsoluteUri);
        Assert.That(
            query["X-Amz-SignedHeaders"].Split(';'),
            Is.EquivalentTo(url.RequiredHeaders.Keys.Select(static name => name.ToLowerInvariant()).Append("host")));
        Assert.That(query["x-amz-request-payer"], Is.EqualTo("requester"));
        Assert.That(url.RequiredHeaders["x-amz-meta-colour"], Is.EqualTo("red  and blue"));
    }

    [Test]
    public async Task The_headers_of_an_answer_are_signed()
    {
        var options = new PresignOptions
        {
            ResponseContentType = "text/x-a+b; charset=utf-8",
            ResponseContentDisposition = ContentDispositions.Attachment("größe 1+1.txt"),
            ResponseCacheControl = "max-age=5, private",
        };

        foreach (PresignMethod method in new[] { PresignMethod.Get, PresignMethod.Head })
        {
            PresignedUrl url = await Bucket().PresignAsync("key", method, Day, options);

            AssertSigned(url);
            Dictionary<string, string> query = SignatureVersion4.QueryOf(url.Url.AbsoluteUri);
            Assert.That(
                (query["response-content-type"], query["response-content-disposition"], query["response-cache-control"]),
                Is.EqualTo((options.ResponseContentType, options.ResponseContentDisposition, options.ResponseCacheControl)));
            Assert.That(url.RequiredHeaders, Is.Empty);
        }
    }

    /// <summary>The SDK writes an id as it is, in which a server reads plus signs as spaces.</summary>
    [TestCase("2~Bd4-_.x")]
    [TestCase("a+b/c==")]
    public async Task The_URL_of_a_part_is_signed_for_the_id_that_a_server_reads(string id)
    {
        var options = new UploadPartOptions { ContentLength = 5, ContentMd5 = new byte[16] };

        PresignedUrl url = await Bucket().GetMultipartUpload("key", id).PresignPartAsync(7, Day, options);

        AssertSigned(url);
        Dictionary<string, string> query = SignatureVersion4.QueryOf(url.Url.AbsoluteUri);
        Assert.That((query["uploadId"], query["partNumber"]), Is.EqualTo((id, "7")));
        Assert.That(query["X-Amz-SignedHeaders"], Is.EqualTo("content-length;content-md5;host"));
    }

    [Test]
    public async Task The_token_of_a_session_is_part_of_URLs_and_forms()
    {
        Bucket bucket = Bucket(static options => options.SessionToken = "the+token/=");

        PresignedUrl url = await bucket.PresignAsync("key", PresignMethod.Get, Day);
        PresignedPost form = await bucket.PresignPostAsync("key", Day);

        AssertSigned(url);
        AssertSigned(form);
        Assert.That(SignatureVersion4.QueryOf(url.Url.AbsoluteUri)["X-Amz-Security-Token"], Is.EqualTo("the+token/="));
        Assert.That(form.Fields["x-amz-security-token"], Is.EqualTo("the+token/="));
    }

    [TestCase(null, "https://examplebucket.s3.us-east-1.amazonaws.com/")]
    [TestCase("http://127.0.0.1:7480", "http://127.0.0.1:7480/examplebucket/")]
    public async Task A_form_is_signed(string? endpoint, string address)
    {
        PresignedPost form = await Bucket(options => options.ServiceUrl = endpoint is null ? null : new Uri(endpoint))
            .PresignPostAsync("up/", Day, new PresignPostOptions { ContentType = "text/plain", MaximumLength = 10 });

        AssertSigned(form);
        Assert.That(form.Url.AbsoluteUri, Is.EqualTo(address));
    }

    private static void AssertSigned(PresignedUrl url) =>
        Assert.That(
            SignatureVersion4.QueryOf(url.Url.OriginalString)["X-Amz-Signature"],
            Is.EqualTo(SignatureVersion4.OfUrl(url.Method, url.Url.OriginalString, url.RequiredHeaders, Secret)),
            url.Url.OriginalString);

    private static void AssertSigned(PresignedPost form) =>
        Assert.That(
            form.Fields["x-amz-signature"],
            Is.EqualTo(SignatureVersion4.OfForm(form.Fields["Policy"], form.Fields["x-amz-credential"], Secret)));

    private static Bucket Bucket(Action<AwsBackendOptions>? configure = null) => Store(configure).GetBucket("bucket");

    private static ObjectStore Store(Action<AwsBackendOptions>? configure = null)
    {
        var options = new AwsBackendOptions
        {
            Region = "us-east-1",
            Bucket = "examplebucket",
            AccessKeyId = AccessKey,
            SecretAccessKey = Secret,
        };
        configure?.Invoke(options);
        return AwsStore.Create(options);
    }
}
