using System.Text;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>
/// Requests with the signatures that Google published for its client libraries ("conformance-tests", Storage, V4 signatures). The server
/// has the public half of the published key, and its clock shows the published time.
/// </summary>
public sealed class PublishedSignatureTests
{
    private const string Account = "test-iam-credentials@dummy-project-id.iam.gserviceaccount.com";
    private const string Host = "storage.googleapis.com";
    private const string FormBucket = "rsaposttest-1579902670-h3q7wvodjor6bc7y";

    private const string PublicKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArD8zIqyKLbX0Nq8o0Jj1
        qHEhHhqO3+0OP7TEFx5Vxc6PdwBoFNrfnJRI/S+ZaDYS1avr5Pqpp8g8+UNOMvI1
        VsjGM8xjTaxkVv8mmKp6pSmQstTt25pzY1exA2wv4xNWSwWNFNx2kh35+kvTQ/DF
        3YA9P7pUU1sKur1PP8OoubWLFO59iy5UE5dX0O/3pjvZ2HAhSXsx2VWtB5nlrHR8
        FrKJNLJMEGEDSMz9yRfQaUeYCU9oDYHuiqKQ3rCXi6C82l+3FJw5/ggJ5y7iw8ME
        rCFSslcYQRbBVz6ZYKWkEcJhs8BG3/16bfaqNusNlDIJ99I7DmipUngF/HEulYhf
        rQIDAQAB
        -----END PUBLIC KEY-----
        """;

    private const string Get =
        "95e6a13d43a1d1962e667f17397f2b80ac9bdd1669210d5e08e0135df9dff4e56113485dbe429ca2266487b9d1796ebd"
        + "ee2d7cf682a6ef3bb9fbb4c351686fba90d7b621cf1c4eb1fdf126460dd25fa0837dfdde0a9fd98662ce60844c458448"
        + "fb2b352c203d9969cb74efa4bdb742287744a4f2308afa4af0e0773f55e32e92973619249214b97283b2daa141952444"
        + "44e33f938138d1e5f561088ce8011f4986dda33a556412594db7c12fc40e1ff3f1bedeb7a42f5bcda0b9567f17f65855"
        + "f65071fabb88ea12371877f3f77f10e1466fff6ff6973b74a933322ff0949ce357e20abe96c3dd5cfab42c9c83e740a4"
        + "d32b9e11e146f0eb3404d2e975896f74";

    private const string Put =
        "8adff1d4285739e31aa68e73767a46bc5511fde377497dbe08481bf5ceb34e29cc9a59921748d8ec3dd4085b7e9b7772"
        + "a952afedfcdaecb3ae8352275b8b7c867f204e3db85076220a3127a8a9589302fc1181eae13b9b7fe41109ec8cdc93c1"
        + "e8bac2d7a0cc32a109ca02d06957211326563ab3d3e678a0ba296e298b5fc5e14593c99d444c94724cc4be97015dbff1"
        + "dca377b508fa0cb7169195de98d0e4ac96c42b918d28c8d92d33e1bd125ce0fb3cd7ad2c45dae65c22628378f6584971"
        + "b8bf3945b26f2611eb651e9b6a8648970c1ecf386bb71327b082e7296c4e1ee2fc0bdd8983da80af375c817fb1ad491d"
        + "0bc22c0f51dba0d66e2cffbc90803e47";

    private const string Trimmed =
        "75d77a3ed2d9b74ff7e1e23b2fd7cc714ad4cc32518c65f3a8197827cd87d302623bab990cf2ff3a633bfaae69b6c2d8"
        + "97add78c105aa68411229610421c4239579add4aff6bdbd5067a0fd61c3aa0029d7de0f8ae88fa3458fa70f875e841d6"
        + "df9598597d9012b9f848c6857e08f2704ca2f332c71738490ffdda2ed928f9340549d7295745725062d28dc1696eab7c"
        + "b3b88ac4fd445e951423f645d680a60dd8033d65b65f4c10286f59f4258dbb2bcf36a76ffdd40574104cbbf0b76901c2"
        + "4df5854f24c42e9192fcedc386d85704fec6a6bad3a5201e1fb6c491a4c43371b0913420743580daf3504e99204c6ec8"
        + "94b4d70cd27bc60c3fe2850e8bf3ed22";

    private const string Inline =
        "5cc113735625341f59c7203f0c2c9febc95ba6af6b9c38814f8e523214712087dc0996e4960d273ae1889f248ac1e58d"
        + "4d19cb3a69ad7670e9a8ca1b434e878f59339dc7006cf32dfd715337e9f593e0504371839174962a08294586e0c78160"
        + "a7aa303397888c8350637c6af3b32ac310886cc4590bfda9ca561ee58fb5b8ec56bc606d2ada6e7df31f4276e9dcb96b"
        + "caea39dc2cd096f3fad774f9c4b30e317ad43736c05f76831437f44e8726c1e90d3f6c9827dc273f211f32fc85658dfc"
        + "5d357eb606743a6b00a29e519eef1bebaf9db3e8f4b1f5f9afb648ad06e60bc42fa8b57025056697c874c9ea76f5a732"
        + "01c9717ea43e54713ff3502ff3fc626b";

    private const string Encoded =
        "0e4f289c28626a32af95d78f5a0d2c75e5f0bef1cfe5035a532a8185e3ad45b1d5e8ad5ae0fb1898420e40a157647986"
        + "1c6579db7e3b28ef8386160995ac1374be85e780ac3dfcc62538e9b2e2c51555950fb6fd0d7ecc509d3ccd9c02af5a6c"
        + "6eb930d21a7383792300eb50a093a597c1da2a290ed56b01844251f8271d0d5e61fc3f4273a0c26f80e061c06124d933"
        + "46ea1c50388e3fe73494c05ac27a54caedc04d1476c276c7602554e4cc1933e41df31ea523f4009e879c92333f98b431"
        + "3755470d7e400bbbde9f5bef36f40b2a1c4a85edbd62aaa84a516e3df055d5d3f575b9ea0f1c24f057240852d9e61840"
        + "3e1dd2cd0fa7fc16b071b07322172256";

    private const string Ordered =
        "a07745e1b3d59b85cbe11aa766df72c22468959e7217615dccb7f030234f66b60b37e480f30725ed51f29816362ca828"
        + "6c619ebb66448ff1d370be2a4a48aacf20d3d2d6200ed17341a5791baf2ee5cd9c2823adacc6264f66c8a54fa887e1bc"
        + "e3c55cf78fb2f6a52618cf09d6f945f63d148052a7b66a75e075ff5065828a806b84bdc49a42399be7483225c720d5e1"
        + "8a6160f79d815f433e7921694fe1d041099851793c2581db0e5ca503cfb566e414f900ceede5f9b22030edd32ab20b6f"
        + "7f9fb2afba89098b9364e03397c03a94eac3a140c99979b8786844fb4f6c62c1985378939dd1bbaea8e41b9100dda85a"
        + "27733171cc78d96ee362ea2c3432f4d8";

    private const string DateHeader =
        "55a28435997457f1498291e878fd39c5f321973057d2541886020fdfd212b1467d9eeffdc70951ea952d634cb4193e65"
        + "7ed5b7860c46d37f7d904774680a16e518aa9dff273e8441d6893de615eb592e3113d682ad64a87eb0e0c48df17c30f8"
        + "99e7f940ba230530b30f725ab9ec38789682413752de6a026ae69dd858843100645f3ec986aed618d229f8844d378e0e"
        + "66e907ede6dff7aac56723f51eb830e8877a56100c86a876173424602abefe6c22b6540a2b36634860b2e89137f297cc"
        + "a8f080bdf3433a9d614c5ab2ec84f65412b45516b30500886a2300f23c3423ae0e91546e3471ee08d06894bddc76203a"
        + "418d46f35bf0b4574f7b24a693fb046c";

    private const string Form =
        "9eb947e08891be62a6c26d214c5b639506a57c20e1242a135dce45326a821aa9d8eaf5a8b6961a7ba87ab4da09668eb3"
        + "03b615dabdd6344970a024d4697aa3c467ec527cb8318d6c971782c6f82555c8cdd791589226962f0c26d5c415bf9d25"
        + "7cf9ed266a43e1b74891c35f009be741cef42a1eec150ffa5783de217e3704e8f278209250423f62c57864c50c6e525e"
        + "6e9b724fcafc3844898c6a219effedfaf1204cb95eb135f63307db86726b8d6c12b8a75df61f93143b5e798acdffee0b"
        + "5ad481075fa89a9d49a470cea339e5e43b61a0d87ef54f355dc401a659b583e7906c20bf84b8da7941d2e932acab21ff"
        + "e92416985262fe772a117483b6e70410";

    private static readonly (string, string)[] SpacedHeaders =
        [("collapsed", "abc    def"), ("leading", "    xyz"), ("trailing", "abc    "), ("tabs", "\tabc\t\t\t\tdef\t")];

    private static IEnumerable<TestCaseData> Requests()
    {
        yield return Case("A get", "GET", "host", Get, 404);
        yield return Case("A put", "PUT", "host", Put, 200);
        yield return Case(
            "Headers with more spaces than needed",
            "GET",
            "collapsed%3Bhost%3Bleading%3Btabs%3Btrailing",
            Trimmed,
            404,
            headers: SpacedHeaders);
        yield return Case(
            "A header with several values", "GET", "host%3Bmultiple", Inline, 404, headers: ("multiple", " xyz ,  abc, def  , xyz   "));
        yield return Case(
            "A parameter with much to escape", "GET", "host", Encoded, 501, after: "&aA0%C3%A9%2F%3D%25-_.~=~%20._-%25%3D%2F%C3%A90Aa");
        yield return Case("Parameters in another order", "GET", "host", Ordered, 501, before: "prefix=%2Ffoo&X-Goog-Meta-Foo=bar&");
        yield return Case(
            "An extension header", "GET", "host%3Bx-goog-date", DateHeader, 404, headers: ("X-Goog-Date", "20190201T090000Z"));
    }

    [TestCaseSource(nameof(Requests))]
    public async Task A_published_signature_is_accepted_and_a_changed_one_is_not(
        string method, string query, string signature, int status, (string, string)[] headers)
    {
        await using PlainClient client = await StartAsync("test-bucket", new DateTimeOffset(2019, 2, 1, 9, 0, 9, TimeSpan.Zero));
        (string, string)[] sent = [.. headers, ("Host", Host)];
        string url = $"/test-bucket/test-object?{query}&X-Goog-Signature=";

        PlainAnswer changed = await client.SendAsync(new HttpMethod(method), url + Changed(signature), content: null, sent);
        PlainAnswer answer = await client.SendAsync(new HttpMethod(method), url + signature, content: null, sent);

        Assert.That(changed.XmlRefusal, Is.EqualTo("403 SignatureDoesNotMatch"));
        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
    }

    [Test]
    public async Task A_published_form_is_accepted_and_with_another_signature_it_is_not()
    {
        await using PlainClient client = await StartAsync(FormBucket, new DateTimeOffset(2020, 1, 23, 4, 35, 39, TimeSpan.Zero));

        Assert.That((await PostAsync(client, Changed(Form))).XmlRefusal, Is.EqualTo("403 SignatureDoesNotMatch"));
        Assert.That((await PostAsync(client, Form)).Status, Is.EqualTo(204));
        Assert.That(client.Server.ObjectNames, Is.EqualTo(new[] { (FormBucket, "test-object") }));
    }

    private static string Changed(string signature) => signature[..^1] + (signature[^1] == '0' ? '1' : '0');

    private static async Task<PlainAnswer> PostAsync(PlainClient client, string signature)
    {
        const string credential = Account + "/20200123/auto/storage/goog4_request";
        string policy = $$"""{"conditions":[{"bucket":"{{FormBucket}}"},{"key":"test-object"},{"x-goog-date":"20200123T043530Z"},"""
            + $$"""{"x-goog-credential":"{{credential}}"},{"x-goog-algorithm":"GOOG4-RSA-SHA256"}],"expiration":"2020-01-23T04:35:40Z"}""";
        using var form = new MultipartFormDataContent
        {
            { new StringContent("test-object"), "key" },
            { new StringContent("GOOG4-RSA-SHA256"), "x-goog-algorithm" },
            { new StringContent(credential), "x-goog-credential" },
            { new StringContent("20200123T043530Z"), "x-goog-date" },
            { new StringContent(signature), "x-goog-signature" },
            { new StringContent(Convert.ToBase64String(Encoding.UTF8.GetBytes(policy))), "policy" },
            { new ByteArrayContent([1]), "file", "file" },
        };
        return await client.SendAsync(HttpMethod.Post, $"/{FormBucket}/", form);
    }

    private static async Task<PlainClient> StartAsync(string bucket, DateTimeOffset now)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal) { [Account] = PublicKey };
        PlainClient client = await PlainClient.StartAsync(new GcsServerOptions { SigningKeys = keys, Time = new SetTime(now) });
        await client.OkAsync(HttpMethod.Post, "storage/v1/b?project=p", $$"""{"name":"{{bucket}}"}""");
        return client;
    }

    private static TestCaseData Case(
        string name,
        string method,
        string signedHeaders,
        string signature,
        int status,
        string before = "",
        string after = "",
        params (string, string)[] headers)
    {
        string credential = Uri.EscapeDataString(Account + "/20190201/auto/storage/goog4_request");
        string query = $"{before}X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential={credential}&X-Goog-Date=20190201T090000Z"
            + $"&X-Goog-Expires=10&X-Goog-SignedHeaders={signedHeaders}{after}";
        return new TestCaseData(method, query, signature, status, headers) { TestName = name };
    }
}
