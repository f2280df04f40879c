using Azure.Core;
using Azure.Storage.Blobs;

namespace BleepStore.Storage.Azure.Tests.Support;

/// <summary>A store on an account of the emulator, whose requests are counted, beside bare clients of the same account.</summary>
internal sealed class EmulatedStore : IAsyncDisposable
{
    public const string ContainerName = "store";

    private EmulatedStore(AzuriteAccount account, ObjectStore store, CountingPolicy wire)
    {
        Account = account;
        Store = store;
        Wire = wire;
    }

    public AzuriteAccount Account { get; }

    public ObjectStore Store { get; }

    public CountingPolicy Wire { get; }

    /// <summary>The shared container, beside the library.</summary>
    public BlobContainerClient Container => Account.Client().GetBlobContainerClient(ContainerName);

    public static async Task<EmulatedStore> CreateAsync(Action<AzureBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null)
    {
        AzuriteAccount account = await AzuriteAccount.TakeAsync();
        await account.Client().CreateBlobContainerAsync(ContainerName);
        return Open(account, configure, storeOptions);
    }

    /// <summary>Another store on the same account, as another process would open it.</summary>
    public EmulatedStore OpenAnother(Action<AzureBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null) => Open(Account, configure, storeOptions);

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private static EmulatedStore Open(AzuriteAccount account, Action<AzureBackendOptions>? configure, ObjectStoreOptions? storeOptions)
    {
        var wire = new CountingPolicy();
        var options = new AzureBackendOptions
        {
            ConnectionString = account.ConnectionString,
            Container = ContainerName,
            ConfigureClient = client => client.AddPolicy(wire, HttpPipelinePosition.PerRetry),
        };
        configure?.Invoke(options);
        return new EmulatedStore(account, AzureStore.Create(options, storeOptions), wire);
    }
}
