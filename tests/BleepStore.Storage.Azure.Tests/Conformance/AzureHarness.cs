using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>How the suite reaches the backend on Azurite: one account per fixture.</summary>
public abstract class AzureHarness : ConformanceHarness
{
    private const string Container = "store";

    private AzuriteAccount? _account;

    public override string StorageClass => "Cool";

    /// <summary>How buckets are mapped.</summary>
    protected abstract BucketMapping Mapping { get; }

    /// <summary>What every blob's name begins with.</summary>
    protected virtual string Prefix => "";

    private AzuriteAccount Account => _account ?? throw new InvalidOperationException("The harness was not started.");

    public override async ValueTask StartAsync()
    {
        _account = await AzuriteAccount.TakeAsync();
        if (Mapping == BucketMapping.SharedContainer)
        {
            await Account.Client().CreateBlobContainerAsync(Container);
        }
    }

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        var backend = new AzureBackendOptions { ConnectionString = Account.ConnectionString, BucketMapping = Mapping, Prefix = Prefix };
        if (Mapping == BucketMapping.SharedContainer)
        {
            backend.Container = Container;
        }

        return ValueTask.FromResult(AzureStore.Create(backend, options, timeProvider: timeProvider));
    }

    /// <summary>Everything internal but the buckets' markers.</summary>
    public override async ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync()
    {
        var names = new List<string>();
        BlobServiceClient client = Account.Client();
        await foreach (BlobContainerItem container in client.GetBlobContainersAsync())
        {
            await foreach (BlobItem blob in client.GetBlobContainerClient(container.Name).GetBlobsAsync(states: BlobStates.Uncommitted, prefix: Prefix + ".bleepstore/"))
            {
                if (!blob.Name.StartsWith(Prefix + ".bleepstore/buckets/", StringComparison.Ordinal))
                {
                    names.Add($"{container.Name}/{blob.Name}");
                }
            }
        }

        return names;
    }
}
