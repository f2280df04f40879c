using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance;

/// <summary>
/// Connects the suite with the backend. On Azurite each fixture has an account. In the account of
/// <c>BLEEPSTORE_TEST_AZURE_CONNECTION_STRING</c> each fixture has a container and a prefix.
/// </summary>
public abstract class AzureHarness : ConformanceHarness
{
    /// <summary>Of a real account, or of an emulator that somebody else has started.</summary>
    private static readonly string? Other = Environment.GetEnvironmentVariable(
        "BLEEPSTORE_TEST_AZURE_CONNECTION_STRING") is { Length: > 0 } given ? given : null;

    private const string InPlace =
        "parts wait as uncommitted blocks of the destination blob, where any other write to the key discards them " +
        "(StorageErrorCode.UploadInvalidated)";

    private readonly string _id = $"{Guid.NewGuid():N}"[..12];
    private string? _connectionString;

    public override string StorageClass => "Cool";

    public override IReadOnlyList<Difference> Differences =>
    [
        new("Properties.The_storage_class_is_known_on_get", "Get Blob does not say the access tier; HeadAsync and listings do"),
        .. Staging == MultipartStaging.Isolated ? [] : InPlaceDifferences,
    ];

    private static Difference[] InPlaceDifferences =>
    [
        new("Multipart.Two_uploads_to_one_key_both_succeed_and_the_last_wins", InPlace),
        new("Multipart.Puts_and_deletes_of_the_key_do_not_disturb_an_upload", InPlace, StorageErrorCode.UploadInvalidated),
        new("Concurrency.Uploads_to_one_key_in_parallel_all_succeed_and_one_is_left_whole", InPlace, StorageErrorCode.UploadInvalidated),
    ];

    /// <summary>How buckets are mapped.</summary>
    protected abstract AzureBucketMapping Mapping { get; }

    /// <summary>Where parts wait.</summary>
    protected virtual MultipartStaging Staging => MultipartStaging.InPlace;

    /// <summary>The prefix of every blob's name.</summary>
    protected virtual string Prefix => "";

    private string ConnectionString => _connectionString ?? throw new InvalidOperationException("The harness was not started.");

    /// <summary>The container that the fixture's buckets share.</summary>
    private string Container => $"conf-{_id}";

    /// <summary>Buckets that are containers share an account with other fixtures', and with whatever else is there.</summary>
    private string Buckets => $"conf-c{_id}-";

    private BlobServiceClient Client => new(ConnectionString);

    public override async ValueTask StartAsync()
    {
        _connectionString = Other ?? (await AzuriteAccount.TakeAsync()).ConnectionString;
        if (Mapping == AzureBucketMapping.SharedContainer)
        {
            await Client.CreateBlobContainerAsync(Container);
        }
    }

    public override async ValueTask<ForeignObject?> PlantForeignNameAsync(string bucket)
    {
        bool isShared = Mapping == AzureBucketMapping.SharedContainer;
        BlobClient blob = Client.GetBlobContainerClient(isShared ? Container : bucket)
            .GetBlobClient(isShared ? $"{Prefix}{bucket}/a~=zz" : $"{Prefix}a~=zz");
        await blob.UploadAsync(BinaryData.FromString("foreign"));
        return new ForeignObject("a~=zz", () => blob.DeleteAsync());
    }

    public override string CreateBucketName() => $"{Buckets}{Guid.NewGuid():N}"[..30];

    public override ValueTask<ObjectStore> CreateStoreAsync(ObjectStoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        var backend = new AzureBackendOptions
        {
            ConnectionString = ConnectionString,
            BucketMapping = Mapping,
            MultipartStaging = Staging,
            Prefix = Prefix,
        };
        if (Mapping == AzureBucketMapping.SharedContainer)
        {
            backend.Container = Container;
        }

        return ValueTask.FromResult(AzureStore.Create(backend, options, timeProvider: timeProvider));
    }

    /// <summary>Everything internal but the buckets' markers.</summary>
    public override async ValueTask<IReadOnlyList<string>?> ListInternalNamesAsync()
    {
        var names = new List<string>();
        BlobServiceClient client = Client;
        await foreach (BlobContainerItem container in client.GetBlobContainersAsync(
            prefix: Mapping == AzureBucketMapping.SharedContainer ? Container : Buckets))
        {
            await foreach (BlobItem blob in client.GetBlobContainerClient(container.Name)
                .GetBlobsAsync(new GetBlobsOptions { States = BlobStates.Uncommitted, Prefix = Prefix + ".bleepstore/" }))
            {
                if (!blob.Name.StartsWith(Prefix + ".bleepstore/buckets/", StringComparison.Ordinal))
                {
                    names.Add($"{container.Name}/{blob.Name}");
                }
            }
        }

        return names;
    }

    /// <summary>An emulator of the suite's ends with it. Elsewhere the fixture leaves nothing.</summary>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Other is not null && _connectionString is not null && Mapping == AzureBucketMapping.SharedContainer)
        {
            await Client.DeleteBlobContainerAsync(Container);
        }

        await base.DisposeAsync();
    }
}
