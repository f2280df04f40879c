using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

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

    public static async Task<EmulatedStore> CreateAsync(
        Action<AzureBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null)
    {
        AzuriteAccount account = await AzuriteAccount.TakeAsync();
        await account.Client().CreateBlobContainerAsync(ContainerName);
        return Open(account, configure, storeOptions);
    }

    /// <summary>Another store on the same account, as another process would open it.</summary>
    public EmulatedStore OpenAnother(
        Action<AzureBackendOptions>? configure = null, ObjectStoreOptions? storeOptions = null, TimeProvider? timeProvider = null) =>
        Open(Account, configure, storeOptions, timeProvider);

    /// <summary>All that is internal but the buckets' markers; uncommitted blobs, too.</summary>
    public async Task<IReadOnlyList<string>> ListInternalNamesAsync(BlobStates states = BlobStates.Uncommitted) =>
        await Container.GetBlobsAsync(new GetBlobsOptions { States = states, Prefix = ".bleepstore/" })
            .Select(static blob => blob.Name)
            .Where(static name => !name.StartsWith(".bleepstore/buckets/", StringComparison.Ordinal))
            .ToListAsync();

    /// <summary>Ends what a dead process has claimed, as the minute does that a claim lasts.</summary>
    public async Task ExpireClaimsAsync()
    {
        foreach (string name in await ListInternalNamesAsync(BlobStates.None))
        {
            BlobProperties blob = await Container.GetBlobClient(name).GetPropertiesAsync();
            if (blob.LeaseState == LeaseState.Leased)
            {
                await Container.GetBlobClient(name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
            }
        }
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private static EmulatedStore Open(
        AzuriteAccount account, Action<AzureBackendOptions>? configure, ObjectStoreOptions? storeOptions, TimeProvider? timeProvider = null)
    {
        var wire = new CountingPolicy();
        var options = new AzureBackendOptions
        {
            ConnectionString = account.ConnectionString,
            Container = ContainerName,
            ConfigureClient = client => client.AddPolicy(wire, HttpPipelinePosition.PerRetry),
        };
        configure?.Invoke(options);
        return new EmulatedStore(account, AzureStore.Create(options, storeOptions, timeProvider: timeProvider), wire);
    }
}
