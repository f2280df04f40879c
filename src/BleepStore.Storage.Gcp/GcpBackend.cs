using System.Globalization;
using BleepStore.Storage.Backends;
using Google.Apis.Storage.v1;
using Google.Cloud.Storage.V1;
using GcsBucket = Google.Apis.Storage.v1.Data.Bucket;
using GcsObject = Google.Apis.Storage.v1.Data.Object;

namespace BleepStore.Storage.Gcp;

/// <summary>Google Cloud Storage: parts of uploads are objects of their own, and composed into the one that they become.</summary>
internal sealed partial class GcpBackend : StorageBackend
{
    private readonly GcpBackendOptions _options;
    private readonly GcpClients _clients;
    private readonly GcpNames _names;
    private readonly GcpRequests _requests;
    private readonly ObjectInserts _inserts;
    private readonly UnconditionalWrites _unconditional;
    private readonly UploadRecords _records;
    private readonly TemporaryObjects _temporary;
    private readonly Composer _composer;
    private readonly TimeProvider _time;
    private readonly bool _shared;

    /// <summary>
    /// Whether objects are encrypted under a customer-managed key, as far as is known: of the options, or of the upstream bucket.
    /// </summary>
    private volatile bool _isEncrypted;

    /// <param name="options">Valid options.</param>
    /// <param name="clients">The client; the backend disposes it unless it was given.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    public GcpBackend(GcpBackendOptions options, GcpClients clients, TimeProvider? timeProvider)
    {
        _time = timeProvider ?? TimeProvider.System;
        _options = options.Snapshot();
        _clients = clients;
        _shared = options.BucketMapping == GcpBucketMapping.SharedContainer;
        _isEncrypted = options.KmsKeyName is not null;
        _names = new GcpNames(options.Prefix, options.BucketMapping);
        _requests = new GcpRequests(clients, () => Limits, options.UserProject, _time);
        _unconditional = new UnconditionalWrites(clients, _requests, _time);
        _temporary = new TemporaryObjects(clients, _requests);
        _inserts = new ObjectInserts(clients, _requests, options.KmsKeyName);
        _records = new UploadRecords(clients, _names, _requests, _inserts, _temporary);
        _composer = new Composer(clients, _requests, options.KmsKeyName);
        Capabilities = new StorageCapabilities
        {
            MaxKeyBytes = _names.MaxKeyBytes,
            EnforcesBuckets = !_shared,
            ListsInKeyOrder = false,
            RetriesRequests = !clients.IsGiven,
        };
    }

    public override string Provider => "gcp";

    public override StorageCapabilities Capabilities { get; }

    private StorageService Service => _clients.Service;

    public override object? GetService(Type serviceType) =>
        base.GetService(serviceType)
        ?? (serviceType == typeof(StorageClient) ? _clients.Client : (object?)null)
        ?? (serviceType == typeof(StorageService) ? _clients.Service : null);

    /// <summary>Lists one object or one bucket, for which no right over buckets is needed.</summary>
    public override async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        if (_shared)
        {
            ObjectsResource.ListRequest list = Service.Objects.List(_options.Bucket);
            list.Prefix = _names.InternalRoot;
            list.MaxResults = 1;
            try
            {
                await _requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
            {
                throw MissingContainer(error);
            }
        }
        else
        {
            BucketsResource.ListRequest list = Service.Buckets.List(_options.ProjectId);
            list.MaxResults = 1;
            await _requests.ReadAsync(list, cancellationToken).ConfigureAwait(false);
        }

        if (request.ProbeWrite)
        {
            await ProbeWriteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _clients.Dispose();
        base.Dispose(disposing);
    }

    private async Task ProbeWriteAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        if (_shared)
        {
            string name = _names.Probe(id);
            long generation = await _inserts.CreateEmptyAsync(
                _options.Bucket!, name, new GcsObject(), cancellationToken).ConfigureAwait(false);
            if (!await _temporary.DeleteAsync(_options.Bucket!, name, generation, cancellationToken).ConfigureAwait(false))
            {
                throw new StorageException(
                    StorageErrorCode.AccessDenied,
                    $"The probe '{name}' was deleted, but its version {generation} was not, and a versioned bucket keeps it. "
                    + "Allow storage.objects.delete also for requests that name a generation.");
            }
        }
        else
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"bleepstore-probe-{id:N}");
            await _requests.WriteAsync(
                Service.Buckets.Insert(NewBucket(name), _options.ProjectId), Repeats.Harmless, cancellationToken).ConfigureAwait(false);
            await DeleteContainerAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    private GcsBucket NewBucket(string name) => new() { Name = name, StorageClass = _options.StorageClass, Location = _options.Location };

    /// <summary>The upstream bucket that holds a bucket's objects.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>: Google refuses the name.</exception>
    internal string Container(string bucket) =>
        _shared ? _options.Bucket!
        : GcpNames.IsOwnBucket(bucket) ? bucket
        : throw new StorageException(StorageErrorCode.InvalidBucketName, $"The bucket name '{bucket}' cannot be one of Google's: it begins with goog or holds google.");

    private StorageException MissingContainer(StorageException cause) => Recoded(
        cause,
        StorageErrorCode.NoSuchBucket,
        $"The upstream bucket '{_options.Bucket}' does not exist, or the credential may not know. Create it: this library does not.");

    private static StorageException NoSuchBucket(string bucket, StorageException? cause = null) => cause is null
        ? new StorageException(StorageErrorCode.NoSuchBucket, $"There is no bucket '{bucket}'. Create it first.")
        : Recoded(cause, StorageErrorCode.NoSuchBucket, $"There is no bucket '{bucket}'. Create it first.");

    private static StorageException Recoded(StorageException cause, StorageErrorCode code, string reason) => new(code, reason, cause.InnerException)
    {
        Status = cause.Status,
        ProviderCode = cause.ProviderCode,
        RequestId = cause.RequestId,
        IsOutcomeUnknown = cause.IsOutcomeUnknown,
    };

    /// <summary>
    /// What a 404 means: the service says the same of an object and of its bucket. So a second request looks for the bucket, where a
    /// missing one must be told. A credential that may use objects need not be allowed to look at their bucket (storage.buckets.get).
    /// </summary>
    private async Task<StorageException> NotFoundAsync(string bucket, StorageException error, CancellationToken cancellationToken)
    {
        try
        {
            bool isMissing = !_shared
                && !await BucketExistsAsync(new BucketExistsRequest { Bucket = bucket }, cancellationToken).ConfigureAwait(false);
            return isMissing ? NoSuchBucket(bucket, error) : error;
        }
        catch (StorageException)
        {
            return error;
        }
    }

    /// <summary>The condition as the service tests it: a generation, 0 for none.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.PreconditionFailed"/>: it cannot hold.</exception>
    private static long? GenerationToMatch(WriteCondition condition) => condition switch
    {
        { IsNone: true } => null,
        { IfMatch: not null } => throw new NotSupportedException("Google cannot compare our ETag; the core asks for a revision instead."),
        { IfAbsent: true, IfRevision: not null } => throw new StorageException(StorageErrorCode.PreconditionFailed, "There cannot be no object and one of a revision at the same time."),
        { IfAbsent: true } => 0,
        _ => GcpProperties.Generation(condition.IfRevision!) is { } generation and not 0
            ? generation
            : throw new StorageException(StorageErrorCode.PreconditionFailed, $"No object has the revision {condition.IfRevision}: Google's are numbers."),
    };
}
