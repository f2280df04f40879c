using Azure;

namespace BleepStore.Storage.Azure.Copies;

/// <summary>A blob and the authorization that lets the service read it.</summary>
/// <param name="Uri">The address, with a SAS where the credential is one or can create one. It is a secret then.</param>
/// <param name="Authorization">The token for reading it, where the credential is one.</param>
internal sealed record CopySource(Uri Uri, HttpAuthorization? Authorization)
{
    /// <summary>Never prints the address, because it can hold a signature.</summary>
    public override string ToString() => nameof(CopySource);
}
