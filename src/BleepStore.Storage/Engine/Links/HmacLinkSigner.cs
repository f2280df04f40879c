using System.Security.Cryptography;

namespace BleepStore.Storage.Engine.Links;

/// <summary>Signs by HMAC-SHA256 with the key of <see cref="StoreLinkOptions.Key"/>.</summary>
internal sealed class HmacLinkSigner(byte[] key) : LinkSigner
{
    public override byte[] Sign(ReadOnlySpan<byte> text) => HMACSHA256.HashData(key, text);

    public override bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, text, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }
}
