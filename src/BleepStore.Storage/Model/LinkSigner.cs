namespace BleepStore.Storage;

/// <summary>Signs the store's own links and verifies them. An implementation must be thread-safe.</summary>
public abstract class LinkSigner
{
    /// <summary>Signs the text of a link.</summary>
    /// <param name="text">The text of the link.</param>
    /// <returns>The signature, of at most 512 bytes.</returns>
    public abstract byte[] Sign(ReadOnlySpan<byte> text);

    /// <summary>
    /// Verifies a signature, which can be any bytes. The time of the call must not reveal how much of the signature is right.
    /// </summary>
    /// <param name="text">The text of the link.</param>
    /// <param name="signature">The signature that came with it.</param>
    /// <returns>Whether <see cref="Sign"/> created it from the same text.</returns>
    public abstract bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature);
}
