using Azure.Storage;
using Azure.Storage.Blobs;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>An account of the emulator.</summary>
internal sealed record AzuriteAccount(string Name, int Port)
{
    public Uri Url => new($"http://127.0.0.1:{Port}/{Name}");

    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Azurite.Key};BlobEndpoint={Url};";

    public StorageSharedKeyCredential Credential => new(Name, Azurite.Key);

    /// <summary>A bare client, beside the library.</summary>
    public BlobServiceClient Client(BlobClientOptions? options = null) => new(Url, Credential, options);

    public static async Task<AzuriteAccount> TakeAsync() => (await Azurite.RequireAsync()).TakeAccount();
}
