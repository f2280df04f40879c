namespace BleepStore.Storage;

/// <summary>Signs the store's own links and verifies them. An implementation must be thread-safe.</summary>
public abstract class LinkSigner
{
    /// <summary>Signs.</summary>
    /// <param name="text">What a link says.</param>
    /// <returns>The signature, of at most 512 bytes.</returns>
    public abstract byte[] Sign(ReadOnlySpan<byte> text);

    /// <summary>Verifies a signature that can be anything. The time that it takes must not tell how much of it is right.</summary>
    /// <param name="text">What a link says.</param>
    /// <param name="signature">The signature that came with it.</param>
    /// <returns>Whether <see cref="Sign"/> made it of the same text.</returns>
    public abstract bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature);
}
