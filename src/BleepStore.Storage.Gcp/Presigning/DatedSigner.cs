using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp.Presigning;

/// <summary>Signs one URL or form, and keeps the time that the SDK wrote into it. Not thread-safe.</summary>
internal sealed class DatedSigner(SigningKey key) : UrlSigner.IBlobSigner
{
    public string Id => key.Account;

    public string Algorithm => "GOOG4-RSA-SHA256";

    /// <summary>The time of signing, by the clock of this machine, because the SDK uses no other.</summary>
    public DateTimeOffset SignedAt { get; private set; }

    /// <summary>The SDK calls it only for its synchronous methods, which are not used here.</summary>
    public string CreateSignature(byte[] data, UrlSigner.BlobSignerParameters signerParameters) => throw new NotSupportedException();

    public Task<string> CreateSignatureAsync(
        byte[] data, UrlSigner.BlobSignerParameters signerParameters, CancellationToken cancellationToken)
    {
        SignedAt = signerParameters.SignatureTimestamp;
        return key.Signer.SignBlobAsync(data, cancellationToken);
    }
}
