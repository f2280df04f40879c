using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace BleepStore.Storage;

/// <summary>
/// Signs the store's own links with the keys of ASP.NET Core's data protection, which makes and replaces them by itself. A link that was
/// signed with an expired key is good until it expires. One that was signed with a revoked key is not. Thread-safe.
/// </summary>
public sealed class DataProtectionLinkSigner : LinkSigner
{
    private const string Purpose = "BleepStore.Storage.Links.v1";

    private readonly IDataProtector _protector;

    /// <summary>Makes a signer.</summary>
    /// <param name="provider">The keys. All instances of the application need the same.</param>
    public DataProtectionLinkSigner(IDataProtectionProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _protector = provider.CreateProtector(Purpose);
    }

    /// <inheritdoc/>
    public override byte[] Sign(ReadOnlySpan<byte> text) => _protector.Protect(SHA256.HashData(text));

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        try
        {
            return CryptographicOperations.FixedTimeEquals(_protector.Unprotect(signature.ToArray()), SHA256.HashData(text));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
