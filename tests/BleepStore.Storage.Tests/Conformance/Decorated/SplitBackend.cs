using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Conformance.Decorated;

/// <summary>Reads from one backend and writes to another.</summary>
/// <param name="reads">Gets the reads.</param>
/// <param name="writes">Gets all else.</param>
internal sealed class SplitBackend(StorageBackend reads, StorageBackend writes) : DelegatingBackend(writes)
{
    public override StorageCapabilities Capabilities => reads.Capabilities;

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        reads.GetAsync(request, cancellationToken);

    public override StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) =>
        reads.MapReadFailure(thrown, cancellationToken);

    public override Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken) =>
        reads.HeadAsync(request, cancellationToken);

    public override Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken) =>
        reads.ListAsync(request, cancellationToken);

    public override Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) =>
        reads.ListForeignNamesAsync(request, cancellationToken);

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        reads.ListPartsAsync(request, cancellationToken);

    public override Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        reads.ListUploadsAsync(request, cancellationToken);

    public override Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken) =>
        reads.BucketExistsAsync(request, cancellationToken);

    public override Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken) =>
        reads.ListBucketsAsync(request, cancellationToken);
}
