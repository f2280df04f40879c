using System.Diagnostics;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Backends;

/// <summary>
/// The contract between the core and one provider. Only authors of backends need it. Applications use <see cref="ObjectStore"/> and
/// <see cref="Bucket"/>.
/// </summary>
/// <remarks>
/// <para>
/// <b>Guarantees of the core.</b> The core has checked every request. Bucket names follow S3's rules. Keys are valid Unicode of 1 to
/// <see cref="StorageCapabilities.MaxKeyBytes"/> UTF-8 bytes. Attributes are printable ASCII. Metadata names are lower case and distinct,
/// and metadata fits 1,792 bytes. Part numbers are 1 to 10,000, and page sizes 1 to 1,000. Revisions, ETags and upload ids are 1 to 2,048
/// printable ASCII characters without spaces and quotes. A backend must return only such texts, because callers cannot pass others back.
/// Conditions are at most those that <see cref="Capabilities"/> supports. A request never changes after the core has passed it on.
/// </para>
/// <para>
/// <b>Duties of a backend.</b> Be thread-safe. Throw <see cref="StorageException"/> for every refusal of the upstream, made by one table,
/// with the code, status, provider code and request id. The core adds store, operation, bucket and key. Let cancellation through as
/// <see cref="OperationCanceledException"/>. Set <see cref="StorageException.IsOutcomeUnknown"/> on a failed write whose request may have
/// been sent more than once, or whose answer was lost. The core then looks for the request's write token before it reports the failure.
/// After a conditional delete it looks for the object. Return success only with the service's proof, such as its ETag. Leave the core's
/// work to the core. Do no buffering, no hashing of whole bodies, no retries beyond the SDK's own, and no logging of requests.
/// </para>
/// <para>
/// Multipart uploads are optional. A backend without them sets <see cref="StorageCapabilities.SupportsMultipart"/> to
/// <see langword="false"/>. It omits <see cref="CreateUploadAsync"/> and the members after it up to <see cref="ListUploadsAsync"/>, which
/// then throw <see cref="StorageErrorCode.NotSupported"/>. The list of uploads is then empty.
/// </para>
/// <para>
/// Members of later versions are virtual and throw <see cref="StorageErrorCode.NotSupported"/>. The in-memory backend is the reference.
/// </para>
/// </remarks>
public abstract class StorageBackend : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// The short name of the provider in lower case, such as <c>azure</c>, <c>aws</c>, <c>gcp</c>, <c>local</c> or <c>memory</c>.
    /// </summary>
    public abstract string Provider { get; }

    /// <summary>The features and limits of this backend. They do not change during the lifetime of the backend.</summary>
    public abstract StorageCapabilities Capabilities { get; }

    /// <summary>
    /// How long to wait for the upstream. A <see cref="RequestTimer"/> enforces the limits of one call. The default is
    /// <see cref="RequestLimits.Default"/>.
    /// </summary>
    public RequestLimits Limits { get; private set; } = RequestLimits.Default;

    /// <summary>
    /// The activity tag for the upstream's id of a failed request. It follows the semantic conventions of OpenTelemetry where they have a
    /// name for the upstream. The default is <c>bleepstore.request_id</c>.
    /// </summary>
    public virtual string RequestIdTag => "bleepstore.request_id";

    /// <summary>The address of the upstream's server. The default is <see langword="null"/>, for a backend without a server.</summary>
    public virtual Uri? Server => null;

    /// <summary>
    /// Adds the tags of the semantic conventions of OpenTelemetry to the activity of an operation, such as names of the upstream. It is
    /// called when the operation ends, and only for a recorded activity. The default adds <c>server.address</c> and <c>server.port</c> of
    /// <see cref="Server"/>.
    /// </summary>
    /// <param name="activity">The activity.</param>
    /// <param name="bucket">The bucket of the operation, if it has one. The name is valid.</param>
    /// <param name="key">The key of the operation, if it has one. The key is valid.</param>
    public virtual void AddTags(Activity activity, string? bucket, string? key)
    {
        ArgumentNullException.ThrowIfNull(activity);
        if (Server is { } server)
        {
            activity.SetTag("server.address", server.Host);
            activity.SetTag("server.port", server.Port);
        }
    }

    /// <summary>Sets <see cref="Limits"/>. The store calls it once, when it is made, before the first request.</summary>
    /// <param name="limits">The limits of the store's options.</param>
    public virtual void SetLimits(RequestLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        Limits = limits;
    }

    /// <summary>
    /// Stores an object atomically. Bytes, attributes, ETag and write token become visible in one step or not at all, also after a crash.
    /// </summary>
    /// <remarks>
    /// A body that fails, ends early or has the wrong digest throws from its stream before it reports its end. The previous object must
    /// survive that. <see cref="StorageBody.ETag"/> is known after the body was read to its end, or at once when
    /// <see cref="StorageBody.Md5"/> is known. A cancellation before the commit is sent leaves the old object. The codes are
    /// <see cref="StorageErrorCode.PreconditionFailed"/>, <see cref="StorageErrorCode.NoSuchBucket"/>,
    /// <see cref="StorageErrorCode.InvalidKey"/>, <see cref="StorageErrorCode.InsufficientStorage"/>,
    /// <see cref="StorageErrorCode.EntityTooLarge"/>, and those of any request.
    /// </remarks>
    /// <param name="request">The object.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The properties of the stored object.</returns>
    public abstract ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Opens an object for reading. Properties and body belong to one revision. The body delivers exactly the range, undecoded.
    /// <see cref="MapReadFailure"/> maps exceptions from the body. The core evaluates the conditions on the returned properties and resumes
    /// a body that breaks off. It never requests a range of length 0.
    /// </summary>
    /// <remarks>
    /// The codes are <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.NoSuchBucket"/>,
    /// <see cref="StorageErrorCode.InvalidRange"/> with the size, <see cref="StorageErrorCode.PreconditionFailed"/> for another revision
    /// than <see cref="GetRequest.IfRevision"/>, and <see cref="StorageErrorCode.InvalidObjectState"/>.
    /// </remarks>
    /// <param name="request">The object and the range.</param>
    /// <param name="cancellationToken">Stops the request. Reads of the body have their own tokens.</param>
    /// <returns>The object, its range and its body. The caller disposes the body.</returns>
    public abstract ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Maps an exception that the body of <see cref="GetAsync"/> threw while it was read. So a backend can return the body of an SDK
    /// directly, without a stream around it that maps exceptions. The core does not pass a <see cref="StorageException"/> or a cancellation
    /// by the reader.
    /// </summary>
    /// <remarks>After a transient code the core reopens the body at the same position.</remarks>
    /// <param name="thrown">The exception that the body threw.</param>
    /// <param name="cancellationToken">The reader's token.</param>
    /// <returns>
    /// The failure. The default is <see langword="null"/>, which the core treats as a broken connection
    /// (<see cref="StorageErrorCode.ServiceUnavailable"/>).
    /// </returns>
    public virtual StorageException? MapReadFailure(Exception thrown, CancellationToken cancellationToken) => null;

    /// <summary>
    /// Reads an object's properties and its write token. A missing object fails with <see cref="StorageErrorCode.NoSuchKey"/>.
    /// </summary>
    /// <param name="request">The object.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes exactly this key. Without a condition, no object there is success. With one, no object there, or another than the condition
    /// names, fails with <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// </summary>
    /// <param name="request">The object and the condition.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Finds out whether a delete can carry a condition, where <see cref="StorageCapabilities.DeletesConditionally"/> is
    /// <see langword="false"/> because the answer is not known in advance. The core asks before a conditional delete and before the copy of
    /// a move. The default returns the capability.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="cancellationToken">Stops the trial.</param>
    public virtual ValueTask<bool> DeletesConditionallyAsync(string bucket, CancellationToken cancellationToken) =>
        new(Capabilities.DeletesConditionally);

    /// <summary>
    /// Deletes many keys, each exactly and idempotently, and reports the keys that it could not delete. Only a failure of the whole request
    /// is thrown. The core hands over at most 1,000 distinct keys at a time.
    /// </summary>
    /// <remarks>
    /// The default deletes one by one, up to <see cref="DeleteManyRequest.MaxConcurrency"/> at a time. A backend whose upstream deletes in
    /// batches overrides it.
    /// </remarks>
    /// <param name="request">The keys.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The failures. The list is empty when all objects were deleted.</returns>
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
    /// Copies an object of at most <see cref="StorageCapabilities.MaxCopySize"/> bytes on the server. The copy is complete when the method
    /// returns. No byte passes through the client. The source must still have the revision in <see cref="CopyRequest.SourceProperties"/>,
    /// else <see cref="StorageErrorCode.PreconditionFailed"/>. A missing source fails with <see cref="StorageErrorCode.NoSuchKey"/>. On
    /// failure the destination is untouched. A copy onto the source itself is valid.
    /// </summary>
    /// <param name="request">The source, the destination and the conditions.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The properties of the copy.</returns>
    public abstract Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Returns one page of keys. Objects and common prefixes are each in order. Together they are at most
    /// <see cref="ListRequest.PageSize"/>. Internal objects are never listed. A key that exists throughout a listing is returned exactly
    /// once.
    /// </summary>
    /// <param name="request">The query. Its token, if any, was returned by this backend for the same query.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Returns one page of the upstream names in the bucket's place that no key maps to. <see cref="ListAsync"/> omits them. Other tools
    /// wrote them. The library's own internal objects are not among them. The default returns none.
    /// </summary>
    /// <param name="request">The bucket and where to start.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<ListForeignNamesResult> ListForeignNamesAsync(
        ListForeignNamesRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ListForeignNamesResult { Names = [] });

    /// <summary>
    /// Begins a multipart upload and returns its id. The id is <see cref="CreateUploadRequest.WriteToken"/>. Where the upstream has its own
    /// id, a dot and that id follow.
    /// </summary>
    /// <param name="request">The key and the attributes of the future object.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>
    /// Begins a large object that one call of the library writes by parts. The default goes through the members for explicit uploads. A
    /// backend overrides it where an upload that no other process needs to find costs less.
    /// </summary>
    /// <remarks>
    /// When this fails without a definite answer, the core calls <see cref="AbortUploadAsync"/> with
    /// <see cref="CreateUploadRequest.WriteToken"/> as the id, because something may be there already.
    /// </remarks>
    /// <param name="request">The key and the attributes of the object to come.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string uploadId = await CreateUploadAsync(request, cancellationToken).ConfigureAwait(false);
        return new UploadWrite(this, request, uploadId);
    }

    /// <summary>
    /// Stores one part, replacing an earlier one of its number. Nothing is visible under the key. Unknown, aborted and completed uploads
    /// fail with <see cref="StorageErrorCode.NoSuchUpload"/>.
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
    /// Creates the object from the named parts, atomically, and ends the upload. No object bytes are read back by the client. A missing
    /// part, or one whose ETag is not the latest, fails with <see cref="StorageErrorCode.InvalidPart"/>. A part other than the last below
    /// <see cref="CompleteUploadRequest.MinimumPartSize"/> fails with <see cref="StorageErrorCode.EntityTooSmall"/>. After either the
    /// upload is unchanged. A missing upload fails with <see cref="StorageErrorCode.NoSuchUpload"/>. After that, and after
    /// <see cref="StorageErrorCode.InvalidPart"/>, the core checks whether the object carries the upload's write token. This makes
    /// completing repeatable, even while another completion of the upload deletes its parts.
    /// </summary>
    /// <param name="request">The upload and its parts, ascending, at least one.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        throw NoMultipart();

    /// <summary>
    /// Ends an upload and discards its parts. An upload that is not there fails with <see cref="StorageErrorCode.NoSuchUpload"/>.
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

    /// <summary>Creates a bucket. An existing bucket fails with <see cref="StorageErrorCode.BucketAlreadyExists"/>.</summary>
    /// <param name="request">The bucket.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task CreateBucketAsync(CreateBucketRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes an empty bucket. A missing one fails with <see cref="StorageErrorCode.NoSuchBucket"/>. One with objects, versions of objects
    /// or foreign names fails with <see cref="StorageErrorCode.BucketNotEmpty"/>. The bucket is looked through before anything is deleted
    /// or aborted. Its unfinished uploads are aborted with it.
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
    /// Signs a URL for one object. It throws <see cref="StorageErrorCode.NotSupported"/> for anything that the upstream or the credential
    /// cannot sign or bind. No option is silently ignored. It throws <see cref="StorageErrorCode.InvalidKey"/> for an upstream name that
    /// would not arrive (<see cref="UpstreamNames.LinkedName"/>). The URL does not outlive the credential.
    /// </summary>
    /// <param name="request">The object, the method and the options that the URL binds.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    public virtual ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        throw NoPresigning();

    /// <summary>Signs a URL for one part of a multipart upload. As <see cref="PresignAsync"/> in everything else.</summary>
    /// <param name="request">The upload and the number.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    public virtual ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        throw NoPresigning();

    /// <summary>Signs a form by which a browser uploads a file. All else is as for <see cref="PresignAsync"/>.</summary>
    /// <param name="request">The beginning of the key and the options that the form binds.</param>
    /// <param name="cancellationToken">Stops the signing, which can need a request.</param>
    public virtual ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken) =>
        throw new StorageException(
            StorageErrorCode.NotSupported, $"The {Provider} backend signs no forms. Presign a PUT, or upload through the application.");

    /// <summary>
    /// Returns the location of an object upstream, whether the object exists or not. It does no I/O. The default throws
    /// <see cref="StorageErrorCode.NotSupported"/>.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/>, <see cref="StorageErrorCode.InvalidKey"/>.
    /// </exception>
    public virtual UpstreamName GetUpstreamName(string bucket, string key) =>
        throw new StorageException(StorageErrorCode.NotSupported, $"The {Provider} backend has no upstream names.");

    /// <summary>
    /// Returns where an object lies on <see cref="Server"/>, or on this machine, whether the object exists or not. The journal of an upload
    /// keeps it and so tells stores apart that have a bucket of one name. It is the same in every process, and does no I/O. The default is
    /// the name upstream, or the bucket and the key where the backend has no such names.
    /// </summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.InvalidKey"/>.</exception>
    public virtual string PlaceOf(string bucket, string key)
    {
        try
        {
            return GetUpstreamName(bucket, key).ToString();
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotSupported)
        {
            return $"{bucket}/{key}";
        }
    }

    /// <summary>
    /// Probes the upstream. It must be reachable, accept the credential, and be of a kind that this backend supports. It changes nothing
    /// unless <see cref="CheckRequest.ProbeWrite"/>.
    /// </summary>
    /// <param name="request">The request of the probe.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public abstract Task CheckAsync(CheckRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the underlying SDK client, or any other object that the backend offers under that type. <see langword="null"/> when it has
    /// none.
    /// </summary>
    /// <param name="serviceType">The requested type.</param>
    public virtual object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>
    /// Releases the resources that the backend created, and none that it was given. It may be called more than once. The default calls
    /// <see cref="Dispose()"/>.
    /// </summary>
    public virtual ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Releases the resources that the backend created, and none that it was given. It may be called more than once.</summary>
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

    /// <summary>Releases the resources that the backend created. The default does nothing.</summary>
    /// <param name="disposing">Always <see langword="true"/>, unless a derived type has a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
