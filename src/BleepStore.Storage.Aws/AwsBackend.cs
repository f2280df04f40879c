using System.Diagnostics;
using BleepStore.Storage.Aws.Buckets;
using BleepStore.Storage.Aws.Conditions;
using BleepStore.Storage.Aws.Copies;
using BleepStore.Storage.Aws.Objects;
using BleepStore.Storage.Aws.Presigning;
using BleepStore.Storage.Aws.Uploads;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Aws;

/// <summary>Amazon S3, and servers that speak its protocol.</summary>
internal sealed class AwsBackend : StorageBackend
{
    private readonly AwsClients _clients;
    private readonly AwsUpstream _upstream;
    private readonly AwsNames _names;
    private readonly ConditionSupport _conditions;
    private readonly AwsReads _reads;
    private readonly AwsWrites _writes;
    private readonly AwsListing _listing;
    private readonly AwsCopies _copies;
    private readonly AwsUploads _uploads;
    private readonly AwsParts _parts;
    private readonly Completions _completions;
    private readonly SigningCredentials _credentials;
    private readonly AwsPresigning _presigning;
    private readonly AwsBuckets _buckets;
    private readonly BucketLooks _looks;
    private readonly AwsChecks _checks;

    /// <param name="options">Valid options.</param>
    /// <param name="clients">The clients. The backend disposes those that they own.</param>
    /// <param name="timeProvider">The clock. <see langword="null"/> uses the system's.</param>
    public AwsBackend(AwsBackendOptions options, AwsClients clients, TimeProvider? timeProvider)
    {
        TimeProvider time = timeProvider ?? TimeProvider.System;
        AwsBackendOptions kept = options.Snapshot();
        var names = new AwsNames(kept.Prefix, kept.BucketMapping);
        var requests = new AwsRequests(clients.IsGiven, () => Limits, time);
        var encryption = new Encryption(kept);
        var make = new RequestFactory(clients, encryption, kept.RequesterPays);
        var refusals = new AwsRefusals(kept, clients);
        _clients = clients;
        _upstream = new AwsUpstream(kept);
        _names = names;

        var probes = new ProbeObjects(clients.Client, requests, make);
        _conditions = new ConditionSupport(clients.Compatibility, new ConditionProbe(clients.Client, names, requests, make, probes, time));

        var lists = new BucketLists(clients, requests);
        var empties = new EmptyObjects(clients, requests, make);
        _looks = new BucketLooks(_upstream, clients, names, requests, make);
        _buckets = new AwsBuckets(_upstream, clients, names, requests, make, _conditions, probes, _looks, lists, empties);
        _checks = new AwsChecks(kept, _upstream, clients, names, requests, make, probes, _looks, lists, empties);

        _reads = new AwsReads(_upstream, clients, names, requests, make, encryption, refusals, _looks);
        var writes = new ConditionalWrites(clients, _reads, time);
        _writes = new AwsWrites(kept, _upstream, clients, names, requests, make, encryption, refusals, _conditions, writes);
        _listing = new AwsListing(_upstream, clients, names, requests, make);
        _copies = new AwsCopies(kept, _upstream, clients, names, requests, make, encryption, refusals, _conditions, writes, _reads);

        var partLists = new PartLists(_upstream, clients, names, requests, make);
        _uploads = new AwsUploads(kept, _upstream, clients, names, requests, make, refusals, partLists);
        _parts = new AwsParts(_upstream, clients, names, requests, make, encryption, _reads);
        _completions = new Completions(kept, _upstream, clients, names, requests, make, encryption, _conditions, writes, _reads, partLists);

        _credentials = new SigningCredentials(clients, time);
        _presigning = new AwsPresigning(kept, _upstream, clients, names, make, encryption, new AwsSigner(_credentials));
        Capabilities = new StorageCapabilities
        {
            MaxKeyBytes = names.MaxKeyBytes,
            EnforcesBuckets = !_upstream.IsShared,
            ComparesETags = !encryption.HidesMd5,
            RevisionsRepeat = true,
            RetriesRequests = clients.RetriesRequests,
            DeletesConditionally = clients.Compatibility == AwsCompatibility.Aws,
            ListsInKeyOrder = false,
            MinimumPartSize = Completions.MinPartSize,
            MaxCopySize = AwsCopies.MaxSize,
            MaxPutSize = AwsWrites.MaxSize,
            SupportsPresign = _presigning.IsSupported,
            SupportsPresignHeaders = _presigning.IsSupported,
            SupportsPresignPost = _presigning.SupportsForms,
        };
    }

    public override string Provider => AwsClients.Provider;

    public override string RequestIdTag => "aws.request_id";

    public override StorageCapabilities Capabilities { get; }

    public override Uri? Server => _clients.Server;

    public override void AddTags(Activity activity, string? bucket, string? key)
    {
        base.AddTags(activity, bucket, key);
        if (bucket is not null)
        {
            activity.SetTag("aws.s3.bucket", _upstream.Container(bucket));
            activity.SetTag("aws.s3.key", key is null ? null : _names.ObjectName(bucket, key));
        }
    }

    public override void SetLimits(RequestLimits limits)
    {
        base.SetLimits(limits);
        if (limits.Retries is { } retries && _clients.Retries is { } policy)
        {
            policy.Limit = retries;
        }
    }

    public override object? GetService(Type serviceType) =>
        base.GetService(serviceType) ?? (serviceType.IsInstanceOfType(_clients.Client) ? _clients.Client : null);

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
        AwsReads.MapReadFailure(thrown, cancellationToken);

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        _reads.HeadAsync(request, cancellationToken);

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        _writes.DeleteAsync(request, cancellationToken);

    public override ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        _writes.DeletesConditionallyAsync(bucket, cancellationToken);

    public override Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken) =>
        _writes.DeleteManyAsync(request, cancellationToken);

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        OperationTags.AddSource("Copy", request.Source, GetUpstreamName);
        return _copies.CopyAsync(request, cancellationToken);
    }

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        _listing.ListAsync(request, cancellationToken);

    public override Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) => _listing.ListForeignNamesAsync(request, cancellationToken);

    public override async Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        string uploadId = await _uploads.CreateAsync(request, cancellationToken).ConfigureAwait(false);
        OperationTags.AddUpload("CreateMultipartUpload", uploadId);
        return uploadId;
    }

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken)
    {
        OperationTags.AddUpload("UploadPart", request.UploadId, request.PartNumber);
        return _parts.UploadPartAsync(request, cancellationToken);
    }

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        OperationTags.AddUpload("CopyPart", request.UploadId, request.PartNumber);
        OperationTags.AddSource("CopyPart", request.Source, GetUpstreamName);
        return _parts.CopyPartAsync(request, cancellationToken);
    }

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken)
    {
        OperationTags.AddUpload("ListParts", request.UploadId);
        return _uploads.ListPartsAsync(request, cancellationToken);
    }

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken)
    {
        OperationTags.AddUpload("CompleteMultipartUpload", request.UploadId);
        return _completions.CompleteAsync(request, cancellationToken);
    }

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken)
    {
        OperationTags.AddUpload("AbortMultipartUpload", request.UploadId);
        return _uploads.AbortAsync(request, cancellationToken);
    }

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
        _conditions.Dispose();
        _credentials.Dispose();
        _clients.Dispose();
        base.Dispose(disposing);
    }
}
