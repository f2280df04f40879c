using System.Diagnostics;

namespace BleepStore.Storage.Backends;

/// <summary>
/// A backend around another backend, for decorators such as a prefix, a limit, a retry or a fault injector in a test. It forwards every
/// member to <see cref="Inner"/>, except the members named in the remarks. A decorator overrides the members that it changes.
/// </summary>
/// <remarks>
/// <see cref="StorageBackend.BeginPartsAsync"/> is not forwarded. Its default calls the members for explicit uploads on the decorator. So a
/// decorator that changes the bytes of parts also sees the parts of a large put. A decorator that leaves parts alone should forward it to
/// <see cref="Inner"/>, because large puts then cost fewer requests on some clouds.
/// <para>
/// A request by a presigned URL bypasses the decorator. So presigning and <see cref="StorageBackend.GetUpstreamName"/> fail with
/// <see cref="StorageErrorCode.NotSupported"/>, and <see cref="Capabilities"/> hides them. A decorator that overrides
/// <see cref="ForwardsPresign"/> with <see langword="true"/> forwards them. To change capabilities, override <see cref="Capabilities"/>
/// with a copy of <c>base.Capabilities</c>, not of those of <see cref="Inner"/>.
/// </para>
/// </remarks>
/// <param name="inner">The backend underneath. The decorator owns it and disposes it.</param>
public abstract class DelegatingBackend(StorageBackend inner) : StorageBackend
{
    private readonly ChangedCapabilities _withoutPresign = new(static inner => inner with
    {
        SupportsPresign = false,
        SupportsPresignHeaders = false,
        SupportsPresignPost = false,
        PresignedPartsNeedMd5 = false,
    });

    /// <summary>The backend underneath.</summary>
    protected StorageBackend Inner { get; } = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <summary>
    /// Whether presigning and upstream names are forwarded to <see cref="Inner"/>. Return <see langword="true"/> only where a URL that
    /// bypasses the decorator means the same as a request through it, or where the decorator overrides the members that presign. The value
    /// is constant. The default is <see langword="false"/>.
    /// </summary>
    protected virtual bool ForwardsPresign => false;

    /// <inheritdoc/>
    public override string Provider => Inner.Provider;

    /// <summary>
    /// The capabilities of the backend underneath. Those that are about presigning are <see langword="false"/> unless
    /// <see cref="ForwardsPresign"/>.
    /// </summary>
    public override StorageCapabilities Capabilities => ForwardsPresign ? Inner.Capabilities : _withoutPresign.Of(Inner.Capabilities);

    /// <inheritdoc/>
    public override string RequestIdTag => Inner.RequestIdTag;

    /// <inheritdoc/>
    public override Uri? Server => Inner.Server;

    /// <inheritdoc/>
    public override void AddTags(Activity activity, string? bucket, string? key) => Inner.AddTags(activity, bucket, key);

    /// <inheritdoc/>
    public override void SetLimits(RequestLimits limits)
    {
        Inner.SetLimits(limits);
        base.SetLimits(limits);
    }

    /// <inheritdoc/>
    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) =>
        Inner.PutAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        Inner.GetAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) =>
        Inner.MapReadFailure(thrown, cancellationToken);

    /// <inheritdoc/>
    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        Inner.HeadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        Inner.DeleteAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        HidesConditionalDeletes ? new ValueTask<bool>(false) : Inner.DeletesConditionallyAsync(bucket, cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken) =>
        Inner.DeleteManyAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) =>
        Inner.CopyAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        Inner.ListAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) =>
        Inner.ListForeignNamesAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        Inner.CreateUploadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        Inner.UploadPartAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        Inner.CopyPartAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        Inner.ListPartsAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        Inner.CompleteUploadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        Inner.AbortUploadAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        Inner.ListUploadsAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) =>
        Inner.CreateBucketAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) =>
        Inner.DeleteBucketAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        Inner.BucketExistsAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        Inner.ListBucketsAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        ForwardsPresign ? Inner.PresignAsync(request, cancellationToken) : throw GoesAround("A presigned URL");

    /// <inheritdoc/>
    public override ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        ForwardsPresign ? Inner.PresignPartAsync(request, cancellationToken) : throw GoesAround("A presigned URL");

    /// <inheritdoc/>
    public override ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken) =>
        ForwardsPresign ? Inner.PresignPostAsync(request, cancellationToken) : throw GoesAround("A presigned form");

    /// <inheritdoc/>
    public override UpstreamName GetUpstreamName(string bucket, string key) =>
        ForwardsPresign ? Inner.GetUpstreamName(bucket, key) : throw GoesAround("A request to the name upstream");

    /// <inheritdoc/>
    public override string PlaceOf(string bucket, string key) => Inner.PlaceOf(bucket, key);

    /// <inheritdoc/>
    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) =>
        Inner.CheckAsync(request, cancellationToken);

    /// <inheritdoc/>
    public override object? GetService(Type serviceType) => base.GetService(serviceType) ?? Inner.GetService(serviceType);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private StorageException GoesAround(string what) => new(
        StorageErrorCode.NotSupported,
        $"{what} would bypass the decorator {GetType().Name}. Set ObjectStoreOptions.Links, so URLs lead to the application. "
        + "A decorator that forwards presigning overrides ForwardsPresign.");

    /// <summary>A decorator that takes an ability out of its <see cref="Capabilities"/> must not offer it by another way.</summary>
    private bool HidesConditionalDeletes =>
        Capabilities is { DeletesConditionally: false } && Inner.Capabilities is { DeletesConditionally: true };
}
