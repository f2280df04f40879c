using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Buckets;
using BleepStore.Storage.Azure.Copies;
using BleepStore.Storage.Azure.Objects;
using BleepStore.Storage.Azure.Presigning;
using BleepStore.Storage.Azure.Uploads;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>
/// The Azure Blob Storage backend. Objects are block blobs. Parts are blocks, staged on the destination blob or on a private blob of the
/// upload.
/// </summary>
internal sealed class AzureBackend : StorageBackend
{
    private readonly AzureClients _clients;
    private readonly AzureUpstream _upstream;
    private readonly AzureReads _reads;
    private readonly AzureWrites _writes;
    private readonly AzureListing _listing;
    private readonly AzureCopies _copies;
    private readonly AzureUploads _uploads;
    private readonly AzurePresigning _presigning;
    private readonly AzureBuckets _buckets;
    private readonly AzureChecks _checks;

    /// <param name="options">Valid options.</param>
    /// <param name="clients">The clients. The backend disposes those that they own.</param>
    /// <param name="timeProvider">The clock. <see langword="null"/> uses the system's.</param>
    public AzureBackend(AzureBackendOptions options, AzureClients clients, TimeProvider? timeProvider)
    {
        TimeProvider time = timeProvider ?? TimeProvider.System;
        var names = new AzureNames(options.Prefix, options.BucketMapping);
        var requests = new AzureRequests(clients.Attempts, () => Limits, time);
        _clients = clients;
        _upstream = new AzureUpstream(clients, names);
        _reads = new AzureReads(_upstream, requests);
        _writes = new AzureWrites(_upstream, requests);
        _listing = new AzureListing(_upstream, names, requests);

        var keys = new DelegationKeys(clients, requests, time);
        var sources = new CopySources(clients, keys, time);
        var copied = new CopiedObject(requests);
        var byBlocks = new BlockCopies(requests, sources, _reads, copied);
        _copies = new AzureCopies(_upstream, requests, sources, byBlocks, copied);

        var records = new UploadRecords(clients, names, requests, time);
        var parts = new AzureParts(_upstream, requests, records, sources, byBlocks);
        var completions = new Completions(_upstream, _reads, requests, records, parts);
        var publication = new Publication(_upstream, _reads, requests, records, parts, completions, _copies);
        _uploads = new AzureUploads(
            _upstream, _reads, records, parts, completions, publication, new UploadPages(time), options.MultipartStaging);

        _presigning = new AzurePresigning(clients, _upstream, parts, keys, time);

        var shared = new SharedContainer(clients, requests, options.CreateContainer);
        _buckets = new AzureBuckets(_upstream, clients, names, requests, records, shared);
        _checks = new AzureChecks(_upstream, clients, names, requests, shared);
        Capabilities = new StorageCapabilities
        {
            MaxKeyBytes = names.MaxKeyBytes,
            EnforcesBuckets = !names.IsShared,
            MaxCopySize = AzureCopies.MaxSize,
            MaxPutSize = AzureWrites.MaxSize,
            ListsInKeyOrder = false,
            RetriesRequests = true,
            SupportsPresign = _presigning.IsSupported,
            SupportsPresignHeaders = _presigning.BindsHeaders,
            PresignedPartsNeedMd5 = _presigning.IsSupported,
        };
    }

    public override string Provider => AzureClients.Provider;

    public override string RequestIdTag => "azure.service.request.id";

    public override StorageCapabilities Capabilities { get; }

    public override Uri? Server => _clients.Address;

    public override void SetLimits(RequestLimits limits)
    {
        base.SetLimits(limits);
        if (limits.Retries is { } retries && _clients.Retries is { } policy)
        {
            policy.Limit = retries;
        }
    }

    public override object? GetService(Type serviceType) =>
        base.GetService(serviceType)
        ?? (serviceType == typeof(BlobServiceClient) ? _clients.Service : (object?)null)
        ?? (serviceType == typeof(BlobContainerClient) && _upstream.IsShared ? _clients.Shared : null);

    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) =>
        _checks.CheckAsync(request, cancellationToken);

    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
        _buckets.CreateAsync(request, cancellationToken);

    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
        _buckets.DeleteAsync(request, cancellationToken);

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        _buckets.ExistsAsync(request, cancellationToken);

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        _buckets.ListAsync(request, cancellationToken);

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        _writes.PutAsync(request, cancellationToken);

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        _reads.GetAsync(request, cancellationToken);

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) =>
        AzureErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        _reads.HeadAsync(request, cancellationToken);

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        _writes.DeleteAsync(request, cancellationToken);

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

    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        _presigning.PresignAsync(request, cancellationToken);

    public override ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        _presigning.PresignPartAsync(request, cancellationToken);

    public override UpstreamName GetUpstreamName(string bucket, string key)
    {
        BlockBlobClient blob = _upstream.Object(bucket, key);
        return new UpstreamName(blob.BlobContainerName, blob.Name);
    }

    protected override void Dispose(bool disposing)
    {
        _clients.Dispose();
        base.Dispose(disposing);
    }
}
