using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Decorators;

/// <summary>Refuses every write. Reads and presigned reads go through.</summary>
/// <param name="inner">The backend underneath.</param>
internal sealed class ReadOnlyBackend(StorageBackend inner) : DelegatingBackend(inner)
{
    private readonly ChangedCapabilities _capabilities = new(static inner => inner with
    {
        IsReadOnly = true,
        SupportsPresignHeaders = false,
        SupportsPresignPost = false,
        PresignedPartsNeedMd5 = false,
    });

    public override StorageCapabilities Capabilities => _capabilities.Of(base.Capabilities);

    protected override bool ForwardsPresign => true;

    public override ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => throw Refused();

    /// <summary>Only a delete or a move asks. Some backends find the answer out by a delete.</summary>
    public override ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) => throw Refused();

    public override Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken) =>
        throw Refused();

    public override Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        throw Refused();

    public override Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken) => throw Refused();

    public override Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken) => throw Refused();

    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        request.Method is PresignMethod.Get or PresignMethod.Head ? Inner.PresignAsync(request, cancellationToken) : throw Refused();

    public override ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        throw Refused();

    public override ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken) =>
        throw Refused();

    public override Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) =>
        request.ProbeWrite ? throw Refused() : Inner.CheckAsync(request, cancellationToken);

    private static StorageException Refused() => new(
        StorageErrorCode.AccessDenied,
        "The store is read-only (WithReadOnly). To write, register another store without it.");
}
