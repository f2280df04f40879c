using BleepStore.Storage.Aws.Uploads;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Uploads;

public sealed class UploadIdTests
{
    private const string Token = "AAAAAAAAAAAAAAAAAAA-_w";

    [TestCase("2~abc", null, "2~abc")]
    [TestCase(Token + ".2~abc", Token, "2~abc")]
    [TestCase(Token + ".a.b", Token, "a.b")]
    [TestCase(Token, null, Token)]
    [TestCase(Token + ".", null, Token + ".")]
    [TestCase("AAAAAAAAAAAAAAAAAAAA+/.x", null, "AAAAAAAAAAAAAAAAAAAA+/.x")]
    [TestCase("VXBsb2Fk.SUQ_.a-", null, "VXBsb2Fk.SUQ_.a-")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAB.x", null, "AAAAAAAAAAAAAAAAAAAAAB.x")]
    [TestCase("=" + Token + ".x", null, Token + ".x")]
    [TestCase("==x", null, "=x")]
    public void Is_a_token_and_S3s_id_or_S3s_alone(string id, string? token, string upstream)
    {
        var parsed = UploadId.Parse(id);

        Assert.That(parsed, Is.EqualTo(new UploadId(token, upstream)));
        Assert.That(parsed.ToString(), Is.EqualTo(id));
    }

    /// <summary>
    /// 16 bytes are 22 characters of Base64url, and only two bits of the last one are used. So ids with other ends cannot be mistaken for a
    /// token.
    /// </summary>
    [Test]
    public void A_tokens_end_is_one_that_16_bytes_can_have()
    {
        const string characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        string ends = string.Concat(characters.Where(static end => UploadId.Parse(Token[..^1] + end + ".x").Token is not null));

        Assert.That(ends, Is.EqualTo(string.Concat(
            Enumerable.Range(0, 4).Select(static n => System.Buffers.Text.Base64Url.EncodeToString([.. new byte[15], (byte)n])[^1]))));
    }

    [TestCase("a b")]
    [TestCase("a\nb")]
    [TestCase("größe")]
    [TestCase("=")]
    public async Task What_no_server_has_is_NoSuchUpload(string id) => await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () =>
    {
        UploadId.Parse(id);
        return Task.CompletedTask;
    });
}
