using Microsoft.AspNetCore.DataProtection;

namespace BleepStore.Storage.AspNetCore.Tests.Links;

public sealed class DataProtectionLinkSignerTests
{
    private static readonly byte[] Text = "what a link says"u8.ToArray();

    private readonly DataProtectionLinkSigner _signer = new(new EphemeralDataProtectionProvider());

    [Test]
    public void A_signature_is_verified_for_its_text_alone()
    {
        byte[] signature = _signer.Sign(Text);

        Assert.That(signature, Has.Length.LessThanOrEqualTo(512));
        Assert.That(_signer.Verify(Text, signature), Is.True);
        Assert.That(_signer.Verify("what another link says"u8, signature), Is.False);
    }

    [Test]
    public void Two_signatures_of_one_text_differ_and_both_count()
    {
        byte[] first = _signer.Sign(Text);
        byte[] second = _signer.Sign(Text);

        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(_signer.Verify(Text, first) && _signer.Verify(Text, second), Is.True);
    }

    [Test]
    public void A_signature_that_was_changed_anywhere_is_none()
    {
        byte[] signature = _signer.Sign(Text);
        for (int at = 0; at < signature.Length; at++)
        {
            byte[] changed = [.. signature];
            changed[at] ^= 1;
            Assert.That(_signer.Verify(Text, changed), Is.False, $"byte {at}");
        }

        Assert.That(_signer.Verify(Text, signature.AsSpan(1)), Is.False);
        Assert.That(_signer.Verify(Text, []), Is.False);
    }

    [Test]
    public void Other_keys_and_other_purposes_are_none()
    {
        var provider = new EphemeralDataProtectionProvider();
        byte[] foreign = provider.CreateProtector("another purpose").Protect(System.Security.Cryptography.SHA256.HashData(Text));

        Assert.That(new DataProtectionLinkSigner(provider).Verify(Text, foreign), Is.False);
        Assert.That(_signer.Verify(Text, new DataProtectionLinkSigner(provider).Sign(Text)), Is.False);
    }
}
