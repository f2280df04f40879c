using System.Diagnostics;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends;

/// <summary>
/// The contract between the core and one provider: what the core guarantees, and what a provider must do. Applications use
/// <see cref="ObjectStore"/> and <see cref="Bucket"/>; only authors of backends read this.
/// </summary>
/// <remarks>
/// <para><b>What the core guarantees.</b> Every request has been checked: bucket names follow S3's rules, keys are valid Unicode of 1 to
/// <see cref="StorageCapabilities.MaxKeyBytes"/> UTF-8 bytes, attributes are printable ASCII, metadata names are lower case and distinct
/// and fit 1,792 bytes, part numbers are 1 to 10,000, page sizes 1 to 1,000. Revisions, ETags and upload ids are 1 to 2,048 printable ASCII
/// characters without spaces and quotes. A backend must return such ones, because others cannot come back. Conditions are at most what
/// <see cref="Capabilities"/> says can be tested. A request is never changed after it was handed over.</para>
/// <para><b>What a backend must do.</b> Be thread-safe. Throw <see cref="StorageException"/> for whatever the upstream refuses, made by one
/// table, with the code, status, provider code and request id; the core adds store, operation, bucket and key. Let cancellation through as
/// <see cref="OperationCanceledException"/>. Set <see cref="StorageException.IsOutcomeUnknown"/> on a failed write whose request may have
/// been sent more than once, or whose answer was lost: the core then looks for the request's write token before it reports the failure, and
/// after a conditional delete for the object. Return success only with the service's proof, such as its ETag. Do nothing that the core
/// does: no buffering, no hashing of whole bodies, no retries beyond the SDK's own, no logging of requests.</para>
/// <para>Multipart uploads are optional. A backend without them sets <see cref="StorageCapabilities.SupportsMultipart"/> to
/// <see langword="false"/> and leaves out <see cref="CreateUploadAsync"/> and the members after it up to <see cref="ListUploadsAsync"/>,
/// which are <see cref="StorageErrorCode.NotSupported"/> then. The list of uploads is empty.</para>
/// <para>A member that is added later is virtual and answers <see cref="StorageErrorCode.NotSupported"/>. The reference is the in-memory
/// backend.</para>
/// </remarks>
public abstract class StorageBackend : IAsyncDisposable, IDisposable
{
    /// <summary>The short name of the provider, lower case: <c>azure</c>, <c>aws</c>, <c>gcp</c>, <c>local</c>, <c>memory</c>.</summary>
    public abstract string Provider { get; }

    /// <summary>What this backend can do. Does not change while the backend lives.</summary>
    public abstract StorageCapabilities Capabilities { get; }

    /// <summary>
    /// How long to wait for the upstream. A <see cref="RequestTimer"/> keeps the limits of one call. Default:
    /// <see cref="RequestLimits.Default"/>.
    /// </summary>
    public RequestLimits Limits { get; private set; } = RequestLimits.Default;

    /// <summary>
    /// The tag of activities that has the upstream's id of a request that failed, by the semantic conventions of OpenTelemetry where they
    /// have one for the upstream. Default: <c>bleepstore.request_id</c>.
    /// </summary>
    public virtual string RequestIdTag => "bleepstore.request_id";

    /// <summary>
    /// Adds to the activity of an operation what the semantic conventions of OpenTelemetry have names for: <c>server.address</c>,
    /// <c>server.port</c>, and names of the upstream. Called when the operation ends, and only for an activity that is recorded. Default:
    /// adds nothing.
    /// </summary>
    /// <param name="activity">The activity.</param>
    /// <param name="bucket">The bucket that the operation is about, when it is about one. Its name is valid.</param>
    /// <param name="key">The key that the operation is about, when it is about one. It is valid.</param>
    public virtual void AddTags(Activity activity, string? bucket, string? key)
    {
    }

    /// <summary>Sets <see cref="Limits"/>. The store calls it once, when it is made, before the first request.</summary>
    /// <param name="limits">The limits of the store's options.</param>
    public virtual void SetLimits(RequestLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        Limits = limits;
    }

    /// <summary>
    /// Stores an object, atomically: bytes, attributes, ETag and write token become visible in one step or not at all, also after a crash.
    /// </summary>
    /// <remarks>
    /// A body that fails, ends early or has the wrong digest throws from its stream before it reports its end: whatever was there before
    /// must survive. <see cref="StorageBody.ETag"/> is known when the body was read to its end, or at once when
    /// <see cref="StorageBody.Md5"/> is. A token that is cancelled before the commit is sent leaves the old object. Codes:
    /// <see cref="StorageErrorCode.PreconditionFailed"/>, <see cref="StorageErrorCode.NoSuchBucket"/>,
    /// <see cref="StorageErrorCode.InvalidKey"/>, <see cref="StorageErrorCode.InsufficientStorage"/>,
    /// <see cref="StorageErrorCode.EntityTooLarge"/>, and those of any request.
    /// </remarks>
    /// <param name="request">The object.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The properties of what was stored.</returns>
    public abstract ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Opens an object for reading. Properties and body belong to one revision. The body delivers exactly the range, undecoded; what it
    /// throws is mapped by <see cref="MapReadFailure"/>. The core evaluates the conditions on the properties that are returned, resumes a
    /// body that breaks off, and never asks for a range of length 0.
    /// </summary>
    /// <remarks>
    /// Codes: <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.NoSuchBucket"/>,
    /// <see cref="StorageErrorCode.InvalidRange"/> with the size, <see cref="StorageErrorCode.PreconditionFailed"/> for another revision
    /// than <see cref="GetRequest.IfRevision"/>, <see cref="StorageErrorCode.InvalidObjectState"/>.
    /// </remarks>
    /// <param name="request">The object and the range.</param>
    /// <param name="cancellationToken">Stops the request; reads of the body have tokens of their own.</param>
    /// <returns>The object, its range and its body; the caller disposes the body.</returns>
    public abstract ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Says what it means that a body of <see cref="GetAsync"/> threw while it was read. The body of an SDK can be handed over as it is, so
    /// that no stream of the backend's has to stand in between to map what it throws. A <see cref="StorageException"/> and cancellation by
    /// the reader never come here.
    /// </summary>
    /// <remarks>A transient code lets the core open the body again where it stood.</remarks>
    /// <param name="thrown">What the body threw.</param>
    /// <param name="cancellationToken">The reader's token.</param>
    /// <returns>The failure; by default <see langword="null"/>, which the core takes for a broken connection:
    /// <see cref="StorageErrorCode.ServiceUnavailable"/>.</returns>
    public virtual StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) => null;

    /// <summary>Reads an object's properties and its write token. A missing object is <see cref="StorageErrorCode.NoSuchKey"/>.</summary>
    /// <param name="request">The object.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes exactly this key. Without a condition, no object there is success. With one, no object there, or another than the
    /// condition names, is <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// </summary>
    /// <param name="request">The object and the condition.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Finds out whether a delete can carry a condition, where <see cref="StorageCapabilities.DeletesConditionally"/> is
    /// <see langword="false"/> because it is not known beforehand. The core asks before a conditional delete and before the copy of a move.
    /// Default: what the capability says.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="cancellationToken">Stops the trial.</param>
    public virtual ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) => new(Capabilities.DeletesConditionally);

    /// <summary>
    /// Deletes many keys, each exactly and idempotently, and reports the keys that it could not delete. Only a failure of the whole
    /// request is thrown. The core hands over at most 1,000 distinct keys at a time.
    /// </summary>
    /// <remarks>
    /// The default deletes one by one, up to <see cref="DeleteManyRequest.MaxConcurrency"/> at a time. A backend whose upstream deletes in
    /// batches overrides it.
    /// </remarks>
    /// <param name="request">The keys.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The failures; empty when all are gone.</returns>
    public virtual async Task<IReadOnlyList<DeleteFailure>> DeleteManyAsync(DeleteManyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var failures = new List<DeleteFailure>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = request.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(request.Keys, parallel, async (key, token) =>
        {
            try
            {
                await DeleteAsync(new DeleteRequest { Bucket = request.Bucket, Key = key }, token).ConfigureAwait(false);
            }
            catch (StorageException error) when (error.Code is not StorageErrorCode.NoSuchBucket)
            {
                lock (failures)
                {
                    failures.Add(new DeleteFailure { Key = key, Error = error });
                }
            }
        }).ConfigureAwait(false);
        return failures;
    }

    /// <summary>
    /// Copies an object of at most <see cref="StorageCapabilities.MaxCopySize"/> bytes on the server; done when it returns. No byte passes
    /// through the client. The source must still be of the revision in <see cref="CopyRequest.SourceProperties"/>
    /// (<see cref="StorageErrorCode.PreconditionFailed"/>); a missing source is <see cref="StorageErrorCode.NoSuchKey"/>. On failure the
    /// destination is untouched. Copying onto itself is legal.
    /// </summary>
    /// <param name="request">Both sides.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The properties of the copy.</returns>
    public abstract Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// One page of keys. Objects and common prefixes are each in order; together they are at most <see cref="ListRequest.PageSize"/>.
    /// Internal objects never show. What is there throughout a listing is seen exactly once.
    /// </summary>
    /// <param name="request">The query. Its token, if any, is one that this backend gave for the same query.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// One page of the names in a bucket's place upstream that no key spells, so that <see cref="ListAsync"/> leaves them out. Other tools
    /// wrote them. The library's own internal objects are not among them. Default: none.
    /// </summary>
    /// <param name="request">The bucket and where to start.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ListForeignNamesResult { Names = [] });

    /// <summary>
    /// Begins a multipart upload and returns its id: <see cref="CreateUploadRequest.WriteToken"/>, followed, where the upstream has an id
    /// of its own, by a dot and that.
    /// </summary>
    /// <param name="request">The key and the attributes of the object to come.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>
    /// Begins a large object that one call of the library writes by parts. The default goes through the members for explicit uploads. A
    /// backend overrides it where an upload that no other process needs to find costs less.
    /// </summary>
    /// <remarks>
    /// When this throws, the core calls <see cref="AbortUploadAsync"/> with <see cref="CreateUploadRequest.WriteToken"/> as the id, because
    /// something may be there already.
    /// </remarks>
    /// <param name="request">The key and the attributes of the object to come.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string uploadId = await CreateUploadAsync(request, cancellationToken).ConfigureAwait(false);
        return new UploadedParts(this, request, uploadId);
    }

    /// <summary>
    /// Stores one part, replacing an earlier one of its number. Nothing is visible under the key. Unknown, aborted and completed uploads
    /// are <see cref="StorageErrorCode.NoSuchUpload"/>.
    /// </summary>
    /// <param name="request">The upload, the number and the bytes.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>
    /// Stores one part from a range of an object that is there already, on the server. The source must still be of the revision in
    /// <see cref="CopyPartRequest.SourceProperties"/>.
    /// </summary>
    /// <param name="request">The upload, the number and the source.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>One page of an upload's parts in ascending order of their numbers, each the latest of its number.</summary>
    /// <param name="request">The upload and where to start.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>
    /// Makes the object out of the parts named, atomically, and ends the upload. No object bytes are read back by the client. A part that
    /// is not there or whose ETag is not the latest is <see cref="StorageErrorCode.InvalidPart"/>; one below
    /// <see cref="CompleteUploadRequest.MinimumPartSize"/> that is not the last is <see cref="StorageErrorCode.EntityTooSmall"/>; after
    /// either the upload is as it was. An upload that is not there is <see cref="StorageErrorCode.NoSuchUpload"/>. After that, and after
    /// <see cref="StorageErrorCode.InvalidPart"/>, the core looks whether the object carries the upload's write token. This makes
    /// completing repeatable, also while another completion of the upload deletes its parts.
    /// </summary>
    /// <param name="request">The upload and its parts, ascending, at least one.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>
    /// Ends an upload and discards its parts. An upload that is not there is <see cref="StorageErrorCode.NoSuchUpload"/>.
    /// </summary>
    /// <param name="request">The upload.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task AbortUploadAsync(AbortUploadRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>One page of the uploads under way in a bucket, by key (UTF-8 bytes), then by upload id.</summary>
    /// <param name="request">The bucket and where to start.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<ListUploadsResult> ListUploadsAsync(ListUploadsRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ListUploadsResult { Uploads = [] });

    /// <summary>Creates a bucket; one that exists is <see cref="StorageErrorCode.BucketAlreadyExists"/>.</summary>
    /// <param name="request">The bucket.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes an empty bucket. A missing one is <see cref="StorageErrorCode.NoSuchBucket"/>. One with objects, versions of objects or
    /// foreign names is <see cref="StorageErrorCode.BucketNotEmpty"/>. The bucket is looked through before anything is deleted or aborted.
    /// Its unfinished uploads are aborted with it.
    /// </summary>
    /// <param name="request">The bucket.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task DeleteBucketAsync(DeleteBucketRequest request, CancellationToken cancellationToken);

    /// <summary>Whether the bucket exists. No failure other than its absence is <see langword="false"/>.</summary>
    /// <param name="request">The bucket.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task<bool> BucketExistsAsync(BucketExistsRequest request, CancellationToken cancellationToken);

    /// <summary>One page of the buckets, in the order of their names.</summary>
    /// <param name="request">Where to start.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task<ListBucketsResult> ListBucketsAsync(ListBucketsRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Signs a URL for one object. <see cref="StorageErrorCode.NotSupported"/> is for what the upstream or the credential cannot sign or
    /// bind. Nothing is left out in silence. <see cref="StorageErrorCode.InvalidKey"/> is for a name upstream that would not arrive
    /// (<see cref="UpstreamNames.LinkedName"/>). The URL does not outlive the credential.
    /// </summary>
    /// <param name="request">The object, the method and what the URL binds.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    public virtual ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) => throw NoPresigning();

    /// <summary>Signs a URL for one part of a multipart upload. As <see cref="PresignAsync"/> in everything else.</summary>
    /// <param name="request">The upload and the number.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    public virtual ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        throw NoPresigning();

    /// <summary>Signs a form by which a browser uploads a file. As <see cref="PresignAsync"/> in everything else.</summary>
    /// <param name="request">The beginning of the key and what the form binds.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    public virtual ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken) =>
        throw new StorageException(
            StorageErrorCode.NotSupported, $"The {Provider} backend signs no forms. Presign a PUT, or upload through the application.");

    /// <summary>Returns where an object is upstream, whether it exists or not. No I/O. Default: not supported.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NotSupported"/>, <see cref="StorageErrorCode.InvalidKey"/>.</exception>
    public virtual UpstreamName GetUpstreamName(string bucket, string key) =>
        throw new StorageException(StorageErrorCode.NotSupported, $"The {Provider} backend has no names upstream.");

    /// <summary>
    /// Probes the upstream: that it is there, that the credential serves, that it is of a kind that this backend can use. Changes nothing
    /// unless <see cref="CheckRequest.ProbeWrite"/>.
    /// </summary>
    /// <param name="request">What to probe.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task CheckAsync(CheckRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The SDK's client underneath, or whatever else the backend offers under that type; <see langword="null"/> when it has none.
    /// </summary>
    /// <param name="serviceType">The type asked for.</param>
    public virtual object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>
    /// Releases what the backend made, and nothing that it was given. May be called more than once. Default: <see cref="Dispose()"/>.
    /// </summary>
    public virtual ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Releases what the backend made, and nothing that it was given. May be called more than once.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private StorageException NoPresigning() => new(
        StorageErrorCode.NotSupported,
        $"The {Provider} backend signs no URLs. Set ObjectStoreOptions.Links, and serve the links with MapObjectLinks.");

    private StorageException NoMultipart() =>
        new(StorageErrorCode.NotSupported, $"The {Provider} backend has no multipart uploads. Put the object in one piece.");

    /// <summary>Where a backend releases what it made. Default: nothing.</summary>
    /// <param name="disposing">Always <see langword="true"/>, unless a derived type has a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
