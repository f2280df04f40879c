using System.Net.Http.Headers;
using BleepStore.Storage.InMemory;

namespace BleepStore.Storage.Tests.Model;

public class ContentDispositionsTests
{
    [TestCase("a.txt", """attachment; filename="a.txt" """)]
    [TestCase("two words.txt", """attachment; filename="two words.txt" """)]
    [TestCase("ü.txt", """attachment; filename="_.txt"; filename*=UTF-8''%C3%BC.txt """)]
    [TestCase("🎈.txt", """attachment; filename="_.txt"; filename*=UTF-8''%F0%9F%8E%88.txt """)]
    [TestCase("a\"b.txt", """attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt """)]
    [TestCase("100%25.txt", """attachment; filename="100_25.txt"; filename*=UTF-8''100%2525.txt """)]
    [TestCase("a\r\nSet-Cookie: b", """attachment; filename="a__Set-Cookie: b"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b """)]
    public void A_name_in_any_language_becomes_ASCII_and_is_read_back(string name, string expected)
    {
        string value = ContentDispositions.Attachment(name);

        Assert.That(value, Is.EqualTo(expected.TrimEnd()));
        var parsed = ContentDispositionHeaderValue.Parse(value);
        Assert.That(parsed.FileNameStar ?? parsed.FileName!.Trim('"'), Is.EqualTo(name));
    }

    [Test]
    public void Inline_shows_the_object() => Assert.That(ContentDispositions.Inline("a.pdf"), Is.EqualTo("inline; filename=\"a.pdf\""));

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a\\b")]
    public void What_is_no_name_of_a_file_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => ContentDispositions.Attachment(name));

    [Test]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.Throws<ArgumentException>(static () => ContentDispositions.Attachment("a\uD800"));

    [Test]
    public async Task A_value_is_an_attribute_that_a_store_takes()
    {
        await using ObjectStore store = InMemoryStore.Create();
        Bucket bucket = await store.CreateBucketAsync("bucket");

        await bucket.PutAsync("a", new byte[1], new PutOptions { ContentDisposition = ContentDispositions.Attachment("ü\n.txt") });

        Assert.That((await bucket.HeadAsync("a")).ContentDisposition, Does.EndWith("filename*=UTF-8''%C3%BC%0A.txt"));
    }
}
