using BleepStore.Storage.Engine.Writes;

namespace BleepStore.Storage.Tests.Engine.Writes;

public class WriteTokenTests
{
    [Test]
    public void A_token_is_22_characters_of_the_Base64url_alphabet_and_never_the_same()
    {
        string[] tokens = Enumerable.Range(0, 1000).Select(static _ => WriteToken.Create()).ToArray();
        Assert.That(tokens, Is.Unique.And.All.Matches("^[A-Za-z0-9_-]{22}$"));
    }

    [TestCase("token", "token")]
    [TestCase("token.s3id", "token")]
    [TestCase("token.s3.id", "token")]
    [TestCase(".s3id", "")]
    [TestCase("", "")]
    public void The_object_of_an_upload_carries_what_its_id_begins_with(string uploadId, string token) =>
        Assert.That(WriteToken.OfUpload(uploadId), Is.EqualTo(token));
}
