using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tokens;

/// <summary>An account with a key, of which the private half goes into a credentials file ("Service account credentials").</summary>
public sealed class ServiceAccount : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    public string Email { get; } = $"account-{Guid.NewGuid():N}@project.iam.gserviceaccount.com";

    /// <summary>PEM.</summary>
    public string PrivateKey => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>PEM.</summary>
    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>The credentials file of this account.</summary>
    /// <param name="tokenUri">Where tokens are to be asked for.</param>
    public JsonObject ToJson(Uri tokenUri)
    {
        ArgumentNullException.ThrowIfNull(tokenUri);
        return new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = "project",
            ["private_key_id"] = "key-1",
            ["private_key"] = PrivateKey,
            ["client_email"] = Email,
            ["client_id"] = "1",
            ["token_uri"] = tokenUri.AbsoluteUri,
        };
    }

    public void Dispose() => _key.Dispose();

    internal bool IsSignedByIt(byte[] bytes, byte[] signature) =>
        _key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
