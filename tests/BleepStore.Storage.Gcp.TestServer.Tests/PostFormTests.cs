using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>"Upload an object with HTML forms" and "Signatures", Policy document.</summary>
public sealed class PostFormTests
{
    private static readonly byte[] Digits = "0123456789"u8.ToArray();

    private static JsonNode Below => new JsonArray("starts-with", "$key", "in/");

    [Test]
    public async Task A_form_stores_its_file_under_the_key_with_the_name_of_the_file()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        Dictionary<string, string> fields = signer.SignForm(
            60,
            Below,
            new JsonObject { ["bucket"] = PlainClient.Bucket },
            new JsonObject { ["content-type"] = "text/csv" },
            new JsonObject { ["x-goog-meta-colour"] = "red" });
        fields["key"] = "in/${filename}";
        fields["Content-Type"] = "text/csv";
        fields["x-goog-meta-colour"] = "red";

        PlainAnswer answer = await PostAsync(client, fields, "a b.csv");

        Assert.That(answer.Status, Is.EqualTo(204), answer.Text);
        JsonObject resource = await client.ResourceAsync("in/a b.csv");
        Assert.That(
            ((string?)resource["contentType"], (string?)resource["metadata"]?["colour"], (string?)resource["size"]),
            Is.EqualTo(("text/csv", "red", "10")));
    }

    [TestCase("in/x", "204 ")]
    [TestCase("in/${filename}", "204 ")]
    [TestCase("out/x", "400 InvalidPolicyDocument")]
    [TestCase("in", "400 InvalidPolicyDocument")]
    public async Task The_key_must_begin_with_what_the_policy_says(string key, string answered)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        Dictionary<string, string> fields = signer.SignForm(60, Below);
        fields["key"] = key;

        Assert.That((await PostAsync(client, fields)).XmlRefusal, Is.EqualTo(answered));
        Assert.That(client.Server.ObjectNames, Has.Count.EqualTo(answered == "204 " ? 1 : 0));
    }

    [TestCase(10, 10, "204 ")]
    [TestCase(0, 9, "400 EntityTooLarge")]
    [TestCase(11, 20, "400 EntityTooSmall")]
    public async Task The_file_must_have_a_length_in_the_range(int least, int most, string answered)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        Dictionary<string, string> fields = signer.SignForm(60, Below, new JsonArray("content-length-range", least, most));
        fields["key"] = "in/x";

        Assert.That((await PostAsync(client, fields)).XmlRefusal, Is.EqualTo(answered));
    }

    [TestCase("content-type", "text/html", "400 InvalidPolicyDocument")]
    [TestCase("content-type", null, "400 InvalidPolicyDocument")]
    [TestCase("x-goog-meta-a", "1", "400 InvalidPolicyDocument")]
    [TestCase("x-ignore-a", "1", "204 ")]
    [TestCase("x-goog-date", "20200101T000000Z", "400 InvalidArgument")]
    [TestCase("x-goog-signature", "00", "403 SignatureDoesNotMatch")]
    [TestCase("policy", null, "403 AccessDenied")]
    [TestCase("policy", "e30=", "403 SignatureDoesNotMatch")]
    public async Task A_field_that_the_policy_does_not_allow_is_refused(string field, string? value, string answered)
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        Dictionary<string, string> fields = signer.SignForm(60, Below, new JsonArray("eq", "$Content-Type", "text/plain"));
        fields["key"] = "in/x";
        fields["content-type"] = "text/plain";
        if (value is null)
        {
            fields.Remove(field);
        }
        else
        {
            fields[field] = value;
        }

        Assert.That((await PostAsync(client, fields)).XmlRefusal, Is.EqualTo(answered));
    }

    [Test]
    public async Task A_policy_for_another_bucket_is_refused()
    {
        using var signer = new PlainSigner();
        await using PlainClient client = await StartAsync(signer);
        Dictionary<string, string> fields = signer.SignForm(60, Below, new JsonObject { ["bucket"] = "another" });
        fields["key"] = "in/x";

        Assert.That((await PostAsync(client, fields)).XmlRefusal, Is.EqualTo("400 InvalidPolicyDocument"));
    }

    [TestCase(59, "204 ")]
    [TestCase(60, "400 ExpiredToken")]
    public async Task A_form_expires(int secondsLater, string answered)
    {
        using var signer = new PlainSigner { Now = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero) };
        var time = new SetTime(signer.Now.AddSeconds(secondsLater));
        await using PlainClient client = await StartAsync(signer, time);
        Dictionary<string, string> fields = signer.SignForm(60, Below);
        fields["key"] = "in/x";

        Assert.That((await PostAsync(client, fields)).XmlRefusal, Is.EqualTo(answered));
    }

    private static Task<PlainClient> StartAsync(PlainSigner signer, TimeProvider? time = null) =>
        PlainClient.StartAsync(new GcsServerOptions { SigningKeys = signer.Keys, Time = time ?? TimeProvider.System });

    private static async Task<PlainAnswer> PostAsync(PlainClient client, Dictionary<string, string> fields, string fileName = "file.txt")
    {
        using var form = new MultipartFormDataContent();
        foreach ((string name, string value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new ByteArrayContent(Digits), "file", fileName);
        return await client.SendAsync(HttpMethod.Post, $"/{PlainClient.Bucket}/", form);
    }
}
