using System.Security.Cryptography;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Signed URLs", and the XML API behind them.</summary>
public sealed class SignedUrlTests
{
    private static readonly byte[] Digits = "0123456789"u8.ToArray();

    [Test]
    public async Task A_signed_get_answers_the_bytes_with_the_headers_of_the_XML_API()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutMultipartAsync("""{"name":"a/ö b","cacheControl":"private","metadata":{"colour":"red"}}""", Digits);

        PlainAnswer answer = await client.GetAsync(signer.Sign("GET", "a/ö b"));

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.Text), Is.EqualTo((200, "0123456789")));
            Assert.That(answer["ETag"], Is.EqualTo($"\"{Convert.ToHexStringLower(MD5.HashData(Digits))}\""));
            Assert.That(answer["x-goog-generation"], Is.Not.Empty);
            Assert.That(answer["x-goog-meta-colour"], Is.EqualTo("red"));
            Assert.That(answer["Cache-Control"], Is.EqualTo("private"));
            Assert.That(answer["Content-Type"], Is.EqualTo("text/plain"));
        });
    }

    [Test]
    public async Task A_range_need_not_be_signed()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutAsync("o", Digits);

        PlainAnswer answer = await client.GetAsync(signer.Sign("GET", "o"), ("Range", "bytes=3-5"));
        PlainAnswer beyond = await client.GetAsync(signer.Sign("GET", "o"), ("Range", "bytes=10-"));

        Assert.That((answer.Status, answer.Text, answer["Content-Range"]), Is.EqualTo((206, "345", "bytes 3-5/10")));
        Assert.That(beyond.XmlRefusal, Is.EqualTo("416 InvalidRange"));
    }

    [Test]
    public async Task The_parameters_for_headers_of_the_answer_are_for_an_object_without_its_own()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutAsync("bare", Digits, mediaType: null);
        await client.PutMultipartAsync("""{"name":"own","contentDisposition":"inline"}""", Digits);
        (string, string)[] query =
            [("response-content-type", "image/png"), ("response-content-disposition", "attachment; filename=\"a b.png\"")];

        PlainAnswer bare = await client.GetAsync(signer.Sign("GET", "bare", query: query));
        PlainAnswer own = await client.GetAsync(signer.Sign("GET", "own", query: query));

        Assert.That((bare["Content-Type"], bare["Content-Disposition"]), Is.EqualTo(("image/png", "attachment; filename=\"a b.png\"")));
        Assert.That((own["Content-Type"], own["Content-Disposition"]), Is.EqualTo(("text/plain", "inline")));
    }

    [TestCase("GET")]
    [TestCase("HEAD")]
    public async Task A_head_is_let_in_by_its_own_URL_and_by_that_of_a_get(string method)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutAsync("o", Digits);

        PlainAnswer answer = await client.SendAsync(HttpMethod.Head, signer.Sign(method, "o"));

        Assert.That((answer.Status, answer.Bytes.Length, answer["Content-Length"]), Is.EqualTo((200, 0, "10")));
    }

    [Test]
    public async Task A_signed_put_stores_what_the_headers_say()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        string md5 = Convert.ToBase64String(MD5.HashData(Digits));
        (string, string)[] headers =
        [
            ("content-md5", md5),
            ("content-type", "text/csv"),
            ("x-goog-content-length-range", "10,10"),
            ("x-goog-meta-colour", "red"),
            ("x-goog-storage-class", "NEARLINE"),
        ];

        PlainAnswer answer = await client.SendAsync(
            HttpMethod.Put, signer.Sign("PUT", "o", headers: headers), new ByteArrayContent(Digits), headers);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer["ETag"], Is.EqualTo($"\"{Convert.ToHexStringLower(MD5.HashData(Digits))}\""));
        var resource = await client.ResourceAsync("o");
        Assert.That((string?)resource["generation"], Is.EqualTo(answer["x-goog-generation"]));
        Assert.That((string?)resource["contentType"], Is.EqualTo("text/csv"));
        Assert.That((string?)resource["metadata"]?["colour"], Is.EqualTo("red"));
        Assert.That((string?)resource["storageClass"], Is.EqualTo("NEARLINE"));
        Assert.That((string?)resource["md5Hash"], Is.EqualTo(md5));
    }

    [Test]
    public async Task A_signed_delete_deletes_that_object_alone()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutAsync("o", Digits);
        await client.PutAsync("o2", Digits);

        PlainAnswer answer = await client.SendAsync(HttpMethod.Delete, signer.Sign("DELETE", "o"));
        PlainAnswer again = await client.SendAsync(HttpMethod.Delete, signer.Sign("DELETE", "o"));

        Assert.That((answer.Status, again.XmlRefusal), Is.EqualTo((204, "404 NoSuchKey")));
        Assert.That(client.Server.ObjectNames, Is.EqualTo(new[] { (PlainClient.Bucket, "o2") }));
    }

    [TestCase("GET", "PUT")]
    [TestCase("GET", "DELETE")]
    [TestCase("HEAD", "GET")]
    [TestCase("PUT", "GET")]
    [TestCase("PUT", "DELETE")]
    [TestCase("DELETE", "HEAD")]
    public async Task Another_method_is_refused(string method, string used)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutAsync("o", Digits);

        PlainAnswer answer = await client.SendAsync(new HttpMethod(used), signer.Sign(method, "o"));

        Assert.That(answer.Status, Is.EqualTo(403));
        Assert.That((await client.GetAsync(signer.Sign("GET", "o"))).Bytes, Is.EqualTo(Digits));
    }

    [TestCase("/bucket/o?", "/bucket/other?")]
    [TestCase("X-Goog-Expires=60", "X-Goog-Expires=600")]
    [TestCase("&X-Goog-Signature=", "&response-content-type=text%2Fhtml&X-Goog-Signature=")]
    [TestCase("&X-Goog-Signature=", "&X-Goog-Signature=00")]
    public async Task A_URL_that_was_changed_is_refused(string old, string changed)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutAsync("o", Digits);
        await client.PutAsync("other", Digits);
        string url = signer.Sign("GET", "o");

        PlainAnswer answer = await client.GetAsync(url.Replace(old, changed, StringComparison.Ordinal));

        Assert.That(answer.XmlRefusal, Is.EqualTo("403 SignatureDoesNotMatch"));
        Assert.That((await client.GetAsync(url)).Status, Is.EqualTo(200));
    }

    [TestCase(59, "200 ")]
    [TestCase(60, "400 ExpiredToken")]
    [TestCase(-900, "200 ")]
    [TestCase(-901, "403 RequestTimeTooSkewed")]
    public async Task A_URL_is_good_from_a_quarter_of_an_hour_before_it_was_signed_until_it_expires(int secondsLater, string answered)
    {
        using var signer = new PlainSigner { Now = new DateTimeOffset(2026, 1, 31, 23, 59, 30, TimeSpan.Zero) };
        var time = new SetTime(signer.Now);
        await using PlainClient client = await StartAsync(signer, time);
        await client.PutAsync("o", "");
        time.Now = signer.Now.AddSeconds(secondsLater);

        PlainAnswer answer = await client.GetAsync(signer.Sign("GET", "o"));

        Assert.That(answer.Status == 200 ? "200 " : answer.XmlRefusal, Is.EqualTo(answered));
    }

    [TestCase(0)]
    [TestCase(604801)]
    public async Task A_URL_for_longer_than_seven_days_is_refused(int seconds)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);

        Assert.That((await client.GetAsync(signer.Sign("GET", "o", seconds))).XmlRefusal, Is.EqualTo("400 InvalidArgument"));
    }

    [Test]
    public async Task Signed_headers_must_be_there_with_the_same_values_and_no_other_extension_header()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        string url = signer.Sign("PUT", "o", headers: [("x-goog-meta-a", "1")]);

        async Task<string> PutAsync(params (string, string)[] headers) =>
            (await client.SendAsync(HttpMethod.Put, url, new ByteArrayContent(Digits), headers)).XmlRefusal;

        Assert.That(await PutAsync(), Is.EqualTo("400 MalformedSecurityHeader"));
        Assert.That(await PutAsync(("x-goog-meta-a", "2")), Is.EqualTo("403 SignatureDoesNotMatch"));
        Assert.That(await PutAsync(("x-goog-meta-a", "1"), ("x-goog-meta-b", "2")), Is.EqualTo("403 AccessDenied"));
        Assert.That(client.Server.ObjectNames, Is.Empty);
        Assert.That(await PutAsync(("x-goog-meta-a", "1")), Is.EqualTo("200 "));
    }

    [TestCase("9,9", "400 EntityTooLarge")]
    [TestCase("0,9", "400 EntityTooLarge")]
    [TestCase("11,11", "400 EntityTooSmall")]
    [TestCase("10,10", "200 ")]
    [TestCase("0,10", "200 ")]
    [TestCase("10", "400 InvalidArgument")]
    public async Task The_length_must_be_in_the_signed_range(string range, string answered)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        (string, string)[] headers = [("x-goog-content-length-range", range)];

        PlainAnswer answer = await client.SendAsync(
            HttpMethod.Put, signer.Sign("PUT", "o", headers: headers), new ByteArrayContent(Digits), headers);

        Assert.That(answer.XmlRefusal, Is.EqualTo(answered));
        Assert.That(client.Server.ObjectNames, Has.Count.EqualTo(answered.StartsWith("200", StringComparison.Ordinal) ? 1 : 0));
    }

    [TestCase("eB5eJF1ptWaXm4bijSPyxw==", "200 ")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAA==", "400 BadDigest")]
    [TestCase("x", "400 InvalidDigest")]
    public async Task The_MD5_must_be_that_of_the_bytes(string md5, string answered)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        (string, string)[] headers = [("content-md5", md5)];

        PlainAnswer answer = await client.SendAsync(
            HttpMethod.Put, signer.Sign("PUT", "o", headers: headers), new ByteArrayContent(Digits), headers);

        Assert.That(md5 == Convert.ToBase64String(MD5.HashData(Digits)), Is.EqualTo(answered == "200 "), "the digest of the first case");
        Assert.That(answer.XmlRefusal, Is.EqualTo(answered));
    }

    [Test]
    public async Task What_was_not_signed_is_not_let_in_and_neither_is_an_account_that_nobody_knows()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        await client.PutAsync("o", Digits);

        Assert.That((await client.GetAsync("/bucket/o")).XmlRefusal, Is.EqualTo("403 AccessDenied"));
        string stranger = signer.Sign("GET", "o", account: "other@project.iam.gserviceaccount.com");
        Assert.That((await client.GetAsync(stranger)).XmlRefusal, Is.EqualTo("403 AccessDenied"));
    }

    [Test]
    public async Task A_signed_URL_needs_no_token_and_lets_in_to_nothing_else()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await PlainClient.StartAsync(
            new GcsServerOptions { SigningKeys = signer.Keys, AccessToken = "token" });
        await client.PutAsync("o", Digits);
        client.Http.DefaultRequestHeaders.Authorization = null;

        Assert.That((await client.GetAsync(signer.Sign("GET", "o"))).Bytes, Is.EqualTo(Digits));
        Assert.That((await client.GetAsync(PlainClient.Path("o"))).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task What_the_server_does_not_know_of_the_XML_API_is_not_ignored()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        string url = signer.Sign("GET", "o", query: [("uploads", "")]);
        (string, string)[] acl = [("x-goog-acl", "public-read")];

        Assert.That((await client.GetAsync(url)).XmlRefusal, Is.EqualTo("501 NotImplemented"));
        PlainAnswer listing = await client.GetAsync(url.Replace("/o?", "/?", StringComparison.Ordinal));
        Assert.That(listing.XmlRefusal, Is.EqualTo("501 NotImplemented"));
        PlainAnswer put = await client.SendAsync(HttpMethod.Put, signer.Sign("PUT", "o", headers: acl), new ByteArrayContent(Digits), acl);
        Assert.That(put.XmlRefusal, Is.EqualTo("501 NotImplemented"));
    }

    private static Task<PlainClient> StartAsync(PlainSigner signer, TimeProvider? time = null) =>
        PlainClient.StartAsync(new GcsServerOptions { SigningKeys = signer.Keys, Time = time ?? TimeProvider.System });
}
