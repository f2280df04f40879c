using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>How the suite reaches the backend on Azurite: one account per fixture.</summary>
public abstract class AzureHarness : ConformanceHarness
{
    private const string Container = "store";
    private const string InPlace = "parts wait as uncommitted blocks of the destination blob, where any other write to the key discards them (StorageErrorCode.UploadInvalidated)";

    private AzuriteAccount? _account;

    public override string StorageClass => "Cool";

    public override IReadOnlyList<Difference> Differences => Staging == MultipartStaging.Isolated ? [] :
    [
        new("Multipart.Two_uploads_to_one_key_both_succeed_and_the_last_wins", InPlace),
        new("Multipart.Puts_and_deletes_of_the_key_do_not_disturb_an_upload", InPlace, StorageErrorCode.UploadInvalidated),
        new("Concurrency.Uploads_to_one_key_in_parallel_all_succeed_and_one_is_left_whole", InPlace, StorageErrorCode.UploadInvalidated),
    ];

    /// <summary>How buckets are mapped.</summary>
    protected abstract BucketMapping Mapping { get; }

    /// <summary>Where parts wait.</summary>
    protected virtual MultipartStaging Staging => MultipartStaging.InPlace;

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
        var backend = new AzureBackendOptions { ConnectionString = Account.ConnectionString, BucketMapping = Mapping, MultipartStaging = Staging, Prefix = Prefix };
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
            await foreach (BlobItem blob in client.GetBlobContainerClient(container.Name).GetBlobsAsync(new GetBlobsOptions { States = BlobStates.Uncommitted, Prefix = Prefix + ".bleepstore/" }))
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
