using Azure;

namespace BleepStore.Storage.Azure.Copies;

/// <summary>A blob as the service may read it on our behalf.</summary>
/// <param name="Uri">Where it is, with a SAS where the credential is one or can make one. A secret then.</param>
/// <param name="Authorization">The token to read it with, where the credential is one.</param>
internal sealed record CopySource(Uri Uri, HttpAuthorization? Authorization)
{
    /// <summary>Never the address: it can hold a signature.</summary>
    public override string ToString() => nameof(CopySource);
}
