using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests;

public sealed class UploadIdTests
{
    private const string Token = "AAAAAAAAAAAAAAAAAAAA-_";

    [TestCase("2~abc", null, "2~abc")]
    [TestCase(Token + ".2~abc", Token, "2~abc")]
    [TestCase(Token + ".a.b", Token, "a.b")]
    [TestCase(Token, null, Token)]
    [TestCase(Token + ".", null, Token + ".")]
    [TestCase("AAAAAAAAAAAAAAAAAAAA+/.x", null, "AAAAAAAAAAAAAAAAAAAA+/.x")]
    [TestCase("VXBsb2Fk.SUQ_.a-", null, "VXBsb2Fk.SUQ_.a-")]
    public void Is_a_token_and_S3s_id_or_S3s_alone(string id, string? token, string upstream)
    {
        var parsed = UploadId.Parse(id);

        Assert.That(parsed, Is.EqualTo(new UploadId(token, upstream)));
        Assert.That(parsed.ToString(), Is.EqualTo(id));
    }

    [TestCase("a b")]
    [TestCase("a\nb")]
    [TestCase("größe")]
    public async Task What_no_server_has_is_NoSuchUpload(string id) => await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () =>
    {
        UploadId.Parse(id);
        return Task.CompletedTask;
    });
}
