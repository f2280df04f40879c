using System.Diagnostics;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Checks;

namespace BleepStore.Storage.Decorators.Prefix;

/// <summary>Keeps all keys under a prefix inside each bucket. Callers see their own keys only.</summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="prefix">The prefix, which is valid Unicode and not empty.</param>
internal sealed class PrefixBackend(StorageBackend inner, string prefix) : DelegatingBackend(inner)
{
    private readonly KeyPrefix _prefix = new(prefix);
    private readonly ChangedCapabilities _capabilities = new(inner =>
        inner with { MaxKeyBytes = inner.MaxKeyBytes - KeyPrefix.BytesOf(prefix) });

    public override StorageCapabilities Capabilities => _capabilities.Of(base.Capabilities);

    protected override bool ForwardsPresign => true;

    public override void AddTags(Activity activity, string? bucket, string? key) => Inner.AddTags(activity, bucket, _prefix.AddTo(key));

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        _prefix.Remove(await Inner.PutAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken).ConfigureAwait(false));

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        GetResult found = await Inner.GetAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken).ConfigureAwait(false);
        return found with { Properties = _prefix.Remove(found.Properties) };
    }

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        HeadRequest prefixed = request with { Key = _prefix.Add(request.Key) };
        StoredObject found = await Inner.HeadAsync(prefixed, cancellationToken).ConfigureAwait(false);
        return found with { Properties = _prefix.Remove(found.Properties) };
    }

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        Inner.DeleteAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken);

    public override async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        DeleteManyRequest prefixed = request with { Keys = [.. request.Keys.Select(_prefix.Add)] };
        IReadOnlyList<DeleteFailure> failures = await Inner.DeleteManyAsync(prefixed, cancellationToken).ConfigureAwait(false);
        return failures.Count == 0 ? failures : [.. failures.Select(failure => failure with { Key = _prefix.Remove(failure.Key) })];
    }

    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        CopyRequest prefixed = request with
        {
            Source = _prefix.Add(request.Source),
            SourceProperties = _prefix.Add(request.SourceProperties),
            Key = _prefix.Add(request.Key),
        };
        return _prefix.Remove(await Inner.CopyAsync(prefixed, cancellationToken).ConfigureAwait(false));
    }

    public override async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        ListRequest prefixed = request with { Prefix = _prefix.Add(request.Prefix), StartAfter = _prefix.AddTo(request.StartAfter) };
        ListPage page = await Inner.ListAsync(prefixed, cancellationToken).ConfigureAwait(false);

        // No key of the caller maps to an object whose key is the prefix itself.
        IEnumerable<ListEntry> entries = page.Entries.Where(entry => !_prefix.Is(entry.Key));
        return page with { Entries = [.. entries.Select(entry => entry with { Key = _prefix.Remove(entry.Key) })] };
    }

    public override async Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken)
    {
        ListForeignNamesResult page = await Inner.ListForeignNamesAsync(request, cancellationToken).ConfigureAwait(false);
        IEnumerable<ForeignName> under = page.Names.Where(name => _prefix.Begins(name.DisplayName));
        return page with { Names = [.. under.Select(name => name with { DisplayName = _prefix.Remove(name.DisplayName) })] };
    }

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        Inner.CreateUploadAsync(Prefixed(request), cancellationToken);

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        new PrefixedWrite(await Inner.BeginPartsAsync(Prefixed(request), cancellationToken).ConfigureAwait(false), _prefix);

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        Inner.UploadPartAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken);

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        CopyPartRequest prefixed = request with
        {
            Key = _prefix.Add(request.Key),
            Source = _prefix.Add(request.Source),
            SourceProperties = _prefix.Add(request.SourceProperties),
        };
        return Inner.CopyPartAsync(prefixed, cancellationToken);
    }

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        Inner.ListPartsAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken);

    public override async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        _prefix.Remove(
            await Inner.CompleteUploadAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken).ConfigureAwait(false));

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        Inner.AbortUploadAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken);

    public override async Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken)
    {
        ListUploadsRequest prefixed = request with
        {
            Prefix = _prefix.Add(request.Prefix),
            StartAfterKey = _prefix.AddTo(request.StartAfterKey),
        };
        while (true)
        {
            ListUploadsResult page = await Inner.ListUploadsAsync(prefixed, cancellationToken).ConfigureAwait(false);
            MultipartUploadInfo[] uploads =
            [
                .. page.Uploads
                    .Where(upload => !_prefix.Is(upload.Key))
                    .Select(upload => upload with { Key = _prefix.Remove(upload.Key) }),
            ];
            if (uploads.Length > 0 || !page.IsTruncated || page.Uploads is not [.., var last])
            {
                return page with { Uploads = uploads };
            }

            // A page without uploads would end the listing, because the next page begins after the last upload of this one.
            prefixed = prefixed with { StartAfterKey = last.Key, StartAfterUploadId = last.UploadId };
        }
    }

    public override async Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await Inner.DeleteBucketAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.BucketNotEmpty)
        {
            const string reason = "The bucket is not empty. Objects outside the prefix of this store also count (WithPrefix).";
            throw UpstreamErrors.Recode(error, error.Code, reason);
        }
    }

    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        Inner.PresignAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken);

    public override ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        Inner.PresignPartAsync(request with { Key = _prefix.Add(request.Key) }, cancellationToken);

    public override ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken)
    {
        string key = _prefix.Add(request.KeyPrefix);
        PresignRules.CheckFormKey(key);
        return Inner.PresignPostAsync(request with { KeyPrefix = key }, cancellationToken);
    }

    public override UpstreamName GetUpstreamName(string bucket, string key) => Inner.GetUpstreamName(bucket, _prefix.Add(key));

    public override string PlaceOf(string bucket, string key) => Inner.PlaceOf(bucket, _prefix.Add(key));

    private CreateUploadRequest Prefixed(CreateUploadRequest request) => request with
    {
        Key = _prefix.Add(request.Key),
        CopySource = request.CopySource is { } source ? _prefix.Add(source) : null,
    };
}
