using Amazon.S3;
using BleepStore.Storage.Backends;
using S3 = Amazon.S3.Model;

namespace BleepStore.Storage.Aws;

/// <summary>Amazon S3, and servers that speak its protocol.</summary>
internal sealed partial class AwsBackend : StorageBackend
{
    /// <summary>"Amazon S3 multipart upload limits", Amazon S3 User Guide.</summary>
    private const long MinPartSize = 5L * 1024 * 1024;

    /// <summary>"CopyObject", Amazon S3 API Reference: up to 5 GB, which are binary ones.</summary>
    private const long MaxCopySize = 5L * 1024 * 1024 * 1024;

    private const int MaxConflicts = 5;
    private static readonly TimeSpan FirstConflictWait = TimeSpan.FromMilliseconds(50);

    private readonly AwsBackendOptions _options;
    private readonly AwsClients _clients;
    private readonly AwsNames _names;
    private readonly AwsRequests _requests;
    private readonly Encryption _encryption;
    private readonly RequestFactory _make;
    private readonly ConditionSupport _conditions;
    private readonly ProbeObjects _probes;
    private readonly TimeProvider _time;
    private readonly bool _shared;

    /// <summary>Whether the shared upstream bucket was seen, so that an answer of nothing but 404 is about the key.</summary>
    private volatile bool _sharedSeen;

    /// <param name="options">Valid options.</param>
    /// <param name="clients">The client; the backend disposes what it owns.</param>
    /// <param name="timeProvider">The clock; <see langword="null"/> for the system's.</param>
    public AwsBackend(AwsBackendOptions options, AwsClients clients, TimeProvider? timeProvider)
    {
        _time = timeProvider ?? TimeProvider.System;
        _options = options.Snapshot();
        _clients = clients;
        _shared = options.BucketMapping == AwsBucketMapping.SharedContainer;
        _names = new AwsNames(options.Prefix, options.BucketMapping);
        _requests = new AwsRequests(clients.IsGiven, () => Limits, _time);
        _encryption = new Encryption(options);
        _make = new RequestFactory(clients, _encryption, options.RequesterPays);
        _probes = new ProbeObjects(clients.Client, _requests, _make);
        _conditions =
            new ConditionSupport(clients.Compatibility, new ConditionProbe(clients.Client, _names, _requests, _make, _probes, _time));
        Capabilities = new StorageCapabilities
        {
            MaxKeyBytes = _names.MaxKeyBytes,
            EnforcesBuckets = !_shared,
            ComparesETags = !_encryption.HidesMd5,
            RevisionsRepeat = true,
            RetriesRequests = clients.RetriesRequests,
            DeletesConditionally = clients.Compatibility == AwsCompatibility.Aws,
            ListsInKeyOrder = false,
            MinimumPartSize = MinPartSize,
            MaxCopySize = MaxCopySize,
        };
    }

    public override string Provider => "aws";

    public override StorageCapabilities Capabilities { get; }

    private IAmazonS3 Client => _clients.Client;

    public override object? GetService(Type serviceType) =>
        base.GetService(serviceType) ?? (serviceType.IsInstanceOfType(Client) ? Client : null);

    protected override void Dispose(bool disposing)
    {
        _conditions.Dispose();
        _clients.Dispose();
        base.Dispose(disposing);
    }

    private static StorageException With(StorageErrorCode code, string reason, StorageException cause, bool isOutcomeUnknown = false) =>
        new(code, reason, cause.InnerException)
        {
            Status = cause.Status,
            ProviderCode = cause.ProviderCode,
            RequestId = cause.RequestId,
            RetryAfter = cause.RetryAfter,
            IsOutcomeUnknown = cause.IsOutcomeUnknown || isOutcomeUnknown,
        };

    /// <summary>The upstream bucket that holds a bucket's objects.</summary>
    private string Upstream(string bucket) => _shared ? _options.Bucket! : bucket;

    /// <returns>Whether the upstream bucket keeps versions.</returns>
    private async Task<bool> PutEmptyAsync(string bucket, string name, bool ifAbsent, CancellationToken cancellationToken)
    {
        var body = StorageBody.FromBytes(default);
        Stream content = await _make.BodyAsync(body, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            S3.PutObjectRequest put = _make.Put(bucket, name, content, body.Md5!.Value);
            put.IfNoneMatch = ifAbsent ? "*" : null;
            S3.PutObjectResponse made =
                await _requests.WriteAsync(token => Client.PutObjectAsync(put, token), cancellationToken).ConfigureAwait(false);
            return !string.IsNullOrEmpty(made.VersionId);
        }
    }
}
