using Azure.Storage.Blobs;
using BleepStore.Storage.Azure.Buckets;
using BleepStore.Storage.Azure.Copies;
using BleepStore.Storage.Azure.Objects;
using BleepStore.Storage.Azure.Uploads;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Azure Blob Storage: objects are block blobs, and parts are blocks staged on the blob that they become, or on one of their upload's own.
/// </summary>
internal sealed class AzureBackend : StorageBackend
{
    private readonly AzureClients _clients;
    private readonly AzureBlobs _blobs;
    private readonly AzureObjects _objects;
    private readonly AzureListing _listing;
    private readonly AzureCopies _copies;
    private readonly AzureUploads _uploads;
    private readonly AzureBuckets _buckets;
    private readonly AzureChecks _checks;

    /// <param name="options">Valid options.</param>
    /// <param name="clients">The clients; the backend disposes what they own.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    public AzureBackend(AzureBackendOptions options, AzureClients clients, TimeProvider? timeProvider)
    {
        TimeProvider time = timeProvider ?? TimeProvider.System;
        bool isShared = options.BucketMapping == AzureBucketMapping.SharedContainer;
        var names = new AzureNames(options.Prefix, options.BucketMapping);
        var requests = new AzureRequests(clients.Attempts, () => Limits, time);
        _clients = clients;
        _blobs = new AzureBlobs(clients, names, isShared);
        _objects = new AzureObjects(_blobs, requests);
        _listing = new AzureListing(_blobs, names, requests);

        var sources = new CopySources(clients, requests, time);
        var copied = new CopiedObject(requests);
        var byBlocks = new BlockCopies(requests, sources, _objects, copied);
        _copies = new AzureCopies(_blobs, requests, sources, byBlocks, copied);

        var records = new UploadRecords(clients, names, requests, time);
        var staging = new PartStaging(_blobs, requests, records, sources, byBlocks);
        var commits = new BlockCommits(_blobs, _objects, requests, records, staging);
        var publication = new Publication(_blobs, _objects, requests, records, staging, commits, _copies);
        _uploads = new AzureUploads(_blobs, _objects, records, staging, commits, publication, new UploadPages(time), options.MultipartStaging);

        var shared = new SharedContainer(clients, requests, options.CreateContainer);
        _buckets = new AzureBuckets(_blobs, clients, names, requests, records, shared);
        _checks = new AzureChecks(_blobs, clients, names, requests, shared);
        Capabilities = new StorageCapabilities
        {
            MaxKeyBytes = names.MaxKeyBytes,
            EnforcesBuckets = !isShared,
            MaxCopySize = AzureCopies.MaxSize,
            ListsInKeyOrder = false,
            RetriesRequests = true,
        };
    }

    public override string Provider => "azure";

    public override StorageCapabilities Capabilities { get; }

    public override object? GetService(Type serviceType) =>
        base.GetService(serviceType)
        ?? (serviceType == typeof(BlobServiceClient) ? _clients.Service : (object?)null)
        ?? (serviceType == typeof(BlobContainerClient) && _blobs.IsShared ? _clients.Shared : null);

    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) => _checks.CheckAsync(request, cancellationToken);

    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
        _buckets.CreateAsync(request, cancellationToken);

    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
        _buckets.DeleteAsync(request, cancellationToken);

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        _buckets.ExistsAsync(request, cancellationToken);

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        _buckets.ListAsync(request, cancellationToken);

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        _objects.PutAsync(request, cancellationToken);

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        _objects.GetAsync(request, cancellationToken);

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) =>
        AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        _objects.HeadAsync(request, cancellationToken);

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        _objects.DeleteAsync(request, cancellationToken);

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        _copies.CopyAsync(request, cancellationToken);

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        _listing.ListAsync(request, cancellationToken);

    public override Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) => _listing.ListForeignNamesAsync(request, cancellationToken);

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        _uploads.CreateAsync(request, cancellationToken);

    public override Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        _uploads.BeginPartsAsync(request);

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        _uploads.UploadPartAsync(request, cancellationToken);

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        _uploads.CopyPartAsync(request, cancellationToken);

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        _uploads.ListPartsAsync(request, cancellationToken);

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        _uploads.CompleteAsync(request, cancellationToken);

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        _uploads.AbortAsync(request, cancellationToken);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        _uploads.ListAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _clients.Dispose();
        base.Dispose(disposing);
    }
}
