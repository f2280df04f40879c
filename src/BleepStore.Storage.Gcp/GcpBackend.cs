using BleepStore.Storage.Backends;
using BleepStore.Storage.Gcp.Buckets;
using BleepStore.Storage.Gcp.Copies;
using BleepStore.Storage.Gcp.Objects;
using BleepStore.Storage.Gcp.Presigning;
using BleepStore.Storage.Gcp.Uploads;
using BleepStore.Storage.Gcp.Wire;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;

namespace BleepStore.Storage.Gcp;

/// <summary>The Google Cloud Storage backend. Parts of uploads are separate objects, which are composed into the final one.</summary>
internal sealed class GcpBackend : StorageBackend
{
    private readonly GcpClients _clients;
    private readonly GcpNames _names;
    private readonly GcpUpstream _upstream;
    private readonly GcpReads _reads;
    private readonly GcpWrites _writes;
    private readonly GcpListing _listing;
    private readonly GcpCopies _copies;
    private readonly GcpUploads _uploads;
    private readonly GcpParts _parts;
    private readonly Completions _completions;
    private readonly GcpBuckets _buckets;
    private readonly BucketLooks _looks;
    private readonly GcpChecks _checks;
    private readonly GcpPresigning _presigning;

    /// <param name="options">Valid options.</param>
    /// <param name="clients">The client. The backend disposes it unless the application provided it.</param>
    /// <param name="timeProvider">The clock. <see langword="null"/> uses the system's.</param>
    public GcpBackend(GcpBackendOptions options, GcpClients clients, TimeProvider? timeProvider)
    {
        TimeProvider time = timeProvider ?? TimeProvider.System;
        GcpBackendOptions kept = options.Snapshot();
        var names = new GcpNames(kept.Prefix, kept.BucketMapping);
        var requests = new GcpRequests(clients, () => Limits, kept.UserProject, time);
        var upstream = new GcpUpstream(kept);
        var unconditional = new UnconditionalWrites(clients, requests, time);
        var temporary = new TemporaryObjects(clients, requests);
        var inserts = new ObjectInserts(clients, requests, kept.KmsKeyName);
        var etags = new KeptETags(clients, requests, areHidden: kept.KmsKeyName is not null);
        var pages = new ObjectPages(upstream, names, requests);
        _clients = clients;
        _names = names;
        _upstream = upstream;

        var upstreamBuckets = new UpstreamBuckets(kept, clients, requests);
        _looks = new BucketLooks(upstream, clients, names, requests);
        _buckets = new GcpBuckets(kept, upstream, clients, names, requests, inserts, temporary, pages, _looks, upstreamBuckets);
        _checks = new GcpChecks(kept, upstream, clients, names, requests, inserts, temporary, upstreamBuckets);

        _reads = new GcpReads(upstream, clients, names, requests, _looks);
        _writes = new GcpWrites(kept, upstream, clients, names, requests, inserts, unconditional, etags, _looks);
        _listing = new GcpListing(upstream, clients, names, pages);
        _copies = new GcpCopies(kept, upstream, clients, names, requests, unconditional, etags, _looks);

        var records = new UploadRecords(clients, names, requests, inserts, temporary);
        var composer = new Composer(clients, requests, kept.KmsKeyName);
        var cleanUp = new UploadCleanUp(names, records, temporary, time);
        _parts = new GcpParts(upstream, clients, names, requests, inserts, records, pages, _reads, _copies, time);
        _completions = new Completions(upstream, names, requests, records, composer, unconditional, _reads, _parts, cleanUp, time);
        _uploads = new GcpUploads(upstream, names, requests, records, temporary, _reads, _parts, _completions, cleanUp, time);
        _presigning = new GcpPresigning(kept, upstream, clients, names, records);
        bool hasCredential = !kept.UnauthenticatedAccess;
        Capabilities = new StorageCapabilities
        {
            MaxKeyBytes = names.MaxKeyBytes,
            EnforcesBuckets = !upstream.IsShared,
            ListsInKeyOrder = false,
            RetriesRequests = !clients.IsGiven,
            SupportsPresign = hasCredential,
            SupportsPresignHeaders = hasCredential,
            SupportsPresignPost = hasCredential,
            PresignedPartsNeedMd5 = true,
        };
    }

    public override string Provider => GcpClients.Provider;

    public override StorageCapabilities Capabilities { get; }

    public override Uri? Server => _clients.Server;

    public override object? GetService(Type serviceType) =>
        base.GetService(serviceType)
        ?? (serviceType == typeof(StorageClient) ? _clients.Client : (object?)null)
        ?? (serviceType == typeof(StorageService) ? _clients.Service : null);

    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) =>
        _checks.CheckAsync(request, cancellationToken);

    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
        _buckets.CreateAsync(request, cancellationToken);

    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
        _buckets.DeleteAsync(request, cancellationToken);

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        _looks.ExistsAsync(request, cancellationToken);

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        _buckets.ListAsync(request, cancellationToken);

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        _writes.PutAsync(request, cancellationToken);

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        _reads.GetAsync(request, cancellationToken);

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) =>
        GcpErrors.Map(thrown, mayHaveLanded: null, cancellationToken);

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
        _uploads.BeginPartsAsync(request, cancellationToken);

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        _parts.UploadPartAsync(request, cancellationToken);

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        _parts.CopyPartAsync(request, cancellationToken);

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        _uploads.ListPartsAsync(request, cancellationToken);

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        _completions.CompleteUploadAsync(request, cancellationToken);

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        _uploads.AbortAsync(request, cancellationToken);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        _uploads.ListAsync(request, cancellationToken);

    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        _presigning.PresignAsync(request, cancellationToken);

    public override ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        _presigning.PresignPartAsync(request, cancellationToken);

    public override ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken) =>
        _presigning.PresignPostAsync(request, cancellationToken);

    public override UpstreamName GetUpstreamName(string bucket, string key) =>
        new(_upstream.Container(bucket), _names.ObjectName(bucket, key));

    protected override void Dispose(bool disposing)
    {
        _clients.Dispose();
        base.Dispose(disposing);
    }
}
