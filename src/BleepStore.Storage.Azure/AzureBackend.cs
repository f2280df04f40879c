using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure;

/// <summary>
/// Azure Blob Storage: objects are block blobs, and parts are blocks staged on the blob that they become, or on one of their upload's own.
/// </summary>
internal sealed partial class AzureBackend : StorageBackend
{
    /// <summary>"Put Blob From URL" takes sources of at most 5,000 MiB (Azure Storage REST API).</summary>
    private const long MaxCopySize = 5000L * 1024 * 1024;

    private readonly AzureBackendOptions _options;
    private readonly AzureClients _clients;
    private readonly AzureNames _names;
    private readonly AzureRequests _requests;
    private readonly UploadRecords _records;
    private readonly CopySources _sources;
    private readonly TimeProvider _time;
    private readonly ListMarkers _containerMarkers = new();
    private readonly UploadPages _uploadPages;
    private readonly bool _shared;

    /// <param name="options">Valid options.</param>
    /// <param name="clients">The clients; the backend disposes what they own.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    public AzureBackend(AzureBackendOptions options, AzureClients clients, TimeProvider? timeProvider)
    {
        TimeProvider time = timeProvider ?? TimeProvider.System;
        _options = options.Snapshot();
        _clients = clients;
        _shared = options.BucketMapping == AzureBucketMapping.SharedContainer;
        _names = new AzureNames(options.Prefix, options.BucketMapping);
        _requests = new AzureRequests(clients.Attempts, () => Limits, time);
        _records = new UploadRecords(clients, _names, _requests, time);
        _sources = new CopySources(clients, _requests, time);
        _time = time;
        _uploadPages = new UploadPages(time);
        Capabilities = new StorageCapabilities
        {
            MaxKeyBytes = _names.MaxKeyBytes,
            EnforcesBuckets = !_shared,
            MaxCopySize = MaxCopySize,
            ListsInKeyOrder = false,
            RetriesRequests = true,
        };
    }

    public override string Provider => "azure";

    public override StorageCapabilities Capabilities { get; }

    public override object? GetService(Type serviceType) =>
        base.GetService(serviceType)
        ?? (serviceType == typeof(BlobServiceClient) ? _clients.Service : (object?)null)
        ?? (serviceType == typeof(BlobContainerClient) && _shared ? _clients.Shared : null);

    public override async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        await RequireFlatNamesAsync(cancellationToken).ConfigureAwait(false);
        if (_shared)
        {
            await RequireContainerAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _requests.ListAsync(token => _clients.Service.GetBlobContainersAsync(cancellationToken: token), marker: null, pageSize: 1, cancellationToken).ConfigureAwait(false);
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

    /// <summary>
    /// A hierarchical namespace makes folders of slashes: names are rewritten, and deleting a folder is not deleting a key.
    /// </summary>
    private async Task RequireFlatNamesAsync(CancellationToken cancellationToken)
    {
        AccountInfo account;
        try
        {
            account = await _requests.ReadAsync(token => _clients.Service.GetAccountInfoAsync(token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code is StorageErrorCode.AccessDenied)
        {
            // A credential for one container may not ask about the account: then it cannot be told.
            return;
        }

        if (account.IsHierarchicalNamespaceEnabled)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                $"The account '{_clients.Service.AccountName}' has a hierarchical namespace (Data Lake Storage), in which keys are paths and not free text. Use an account without.");
        }
    }

    private async Task RequireContainerAsync(CancellationToken cancellationToken)
    {
        BlobContainerClient container = _clients.Shared;
        try
        {
            // Reading the container's properties takes a SAS for the account. To list a blob is what a SAS for the container can allow.
            await _requests.ListAsync(token => container.GetBlobsAsync(new GetBlobsOptions(), token), marker: null, pageSize: 1, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Status == 404)
        {
            if (!_options.CreateContainer)
            {
                throw MissingContainer(error);
            }

            await CreateContainerAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CreateContainerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _requests.WriteAsync(token => _clients.Shared.CreateAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.BucketAlreadyExists)
        {
            // Another process was faster.
        }
    }

    private StorageException MissingContainer(StorageException cause) => new(
        cause.Code == StorageErrorCode.NoSuchKey ? StorageErrorCode.NoSuchBucket : cause.Code,
        $"The container '{_clients.Shared.Name}' does not exist in the account '{_clients.Shared.AccountName}'. Create it, or set {nameof(AzureBackendOptions.CreateContainer)}.",
        cause.InnerException)
    {
        Status = cause.Status,
        ProviderCode = cause.ProviderCode,
        RequestId = cause.RequestId,
    };

    private async Task ProbeWriteAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        if (_shared)
        {
            BlockBlobClient probe = _clients.Shared.GetBlockBlobClient(_names.Probe(id));
            await _requests.WriteAsync(token => probe.UploadAsync(Stream.Null, new BlobUploadOptions(), token), cancellationToken).ConfigureAwait(false);
            await _requests.WriteAsync(token => probe.DeleteAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            BlobContainerClient probe = _clients.Service.GetBlobContainerClient(string.Create(CultureInfo.InvariantCulture, $"bleepstore-probe-{id:N}"));
            await _requests.WriteAsync(token => probe.CreateAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
            await _requests.WriteAsync(token => probe.DeleteAsync(cancellationToken: token), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The container that holds a bucket's objects.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidBucketName"/>: Azure refuses the name.</exception>
    private BlobContainerClient Container(string bucket)
    {
        if (!_shared && !AzureNames.IsContainer(bucket))
        {
            throw new StorageException(StorageErrorCode.InvalidBucketName, $"The bucket name '{bucket}' cannot be a container's: only lower-case letters, digits and single hyphens can.");
        }

        return _clients.Container(bucket);
    }

    /// <summary>The blob that is an object.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>: the SDK would send the request elsewhere.</exception>
    internal BlockBlobClient Blob(string bucket, string key)
    {
        BlobContainerClient container = Container(bucket);
        string name = _names.Object(bucket, key);
        BlockBlobClient blob = container.GetBlockBlobClient(name);

        // The SDK normalises names, out of the prefix and even out of the container. Escaping prevents it; this proves it. A client has to
        // read its own address for that, which is not cheap: names in which nothing can be normalised are spared it.
        return AzureNames.IsPlain(name) || (blob.Name == name && blob.BlobContainerName == container.Name)
            ? blob
            : throw new StorageException(StorageErrorCode.InvalidKey, "Azure's client would rewrite the name of this key.");
    }

    private static BlobRequestConditions? ToConditions(WriteCondition condition) => condition switch
    {
        { IsNone: true } => null,
        { IfMatch: not null } => throw new NotSupportedException("Azure cannot compare our ETag; the core asks for a revision instead."),
        { IfAbsent: true, IfRevision: not null } => throw new StorageException(StorageErrorCode.PreconditionFailed, "There cannot be no object and one of a revision at the same time."),
        { IfAbsent: true } => new BlobRequestConditions { IfNoneMatch = ETag.All },
        _ => new BlobRequestConditions { IfMatch = AzureProperties.Quoted(condition.IfRevision!) },
    };
}
