using System.Security.Cryptography;
using System.Text;

namespace BleepStore.Storage.Gcp.TestServer.Signing;

/// <summary>The public keys of the accounts that may sign.</summary>
internal sealed class SigningKeys(IReadOnlyDictionary<string, string> keys)
{
    /// <summary>"Signatures": the signature is RSA with SHA-256, as hexadecimal digits.</summary>
    /// <exception cref="GcsError">403 when the account is unknown, or the signature is not its own.</exception>
    public void Verify(string account, string text, string signature)
    {
        if (!keys.TryGetValue(account, out string? pem))
        {
            throw GcsError.AccessDenied($"The account {account} is not known.");
        }

        using var key = RSA.Create();
        key.ImportFromPem(pem);
        byte[] given = IsHex(signature) ? Convert.FromHexString(signature) : [];
        if (!key.VerifyData(Encoding.UTF8.GetBytes(text), given, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            throw GcsError.Xml(403, "SignatureDoesNotMatch", "Access denied.", $"The string to sign is:\n{text}");
        }
    }

    private static bool IsHex(string text) => text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);
}
