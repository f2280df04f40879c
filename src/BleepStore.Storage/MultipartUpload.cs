using System.Runtime.CompilerServices;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Basics;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Listing;
using BleepStore.Storage.Engine.Puts;

namespace BleepStore.Storage;

/// <summary>
/// A multipart upload. Parts 1 to 10,000 can be uploaded in any order, in parallel, from any process that has the upload id. One commit
/// then creates the object. Thread-safe. All members are virtual, and a protected constructor exists, so applications can fake the type.
/// </summary>
/// <remarks>
/// Uploading a part number again replaces the part. After the upload was completed or aborted, every operation fails with
/// <see cref="StorageErrorCode.NoSuchUpload"/>. Completing again is an exception, which returns the same properties while the created
/// object exists. Two uploads to one key are independent of each other. The last one to complete wins. On Azure, by default, any other
/// write to the key ends an upload with <see cref="StorageErrorCode.UploadInvalidated"/>.
/// </remarks>
public class MultipartUpload
{
    /// <summary>The highest part number.</summary>
    public const int MaximumPartNumber = PartPlan.MaximumParts;

    private readonly Bucket? _bucket;
    private readonly string _key;
    private readonly string _uploadId;

    internal MultipartUpload(Bucket bucket, string key, string uploadId)
    {
        _bucket = bucket;
        _key = key;
        _uploadId = uploadId;
    }

    /// <summary>For fakes, which must override every member that is used.</summary>
    protected MultipartUpload()
    {
        _key = "";
        _uploadId = "";
    }

    /// <summary>The key of the object to come.</summary>
    public virtual string Key => _key;

    /// <summary>The id by which <see cref="Bucket.GetMultipartUpload"/> finds the upload again. Opaque.</summary>
    public virtual string UploadId => _uploadId;

    private Bucket Bucket => _bucket ?? throw Fakes.NotOverridden(nameof(MultipartUpload));

    private StoreContext Context => Bucket.Context;

    /// <summary>Uploads a part from the rest of a stream.</summary>
    /// <param name="partNumber">The part number, 1 to 10,000.</param>
    /// <param name="content">
    /// The bytes from the stream's position to its end. They are at most 4,000 MiB, and at least
    /// <see cref="ObjectStoreOptions.MinimumPartSize"/> unless it is the last part. The stream is not disposed.
    /// </param>
    /// <param name="options">Checks. The default is none.</param>
    /// <param name="cancellationToken">Stops the upload. An earlier part with this number stays.</param>
    /// <returns>The part, with the ETag that <see cref="CompleteAsync"/> needs.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchUpload"/>, <see cref="StorageErrorCode.EntityTooLarge"/>,
    /// <see cref="StorageErrorCode.BadDigest"/>, <see cref="StorageErrorCode.IncompleteBody"/>,
    /// <see cref="StorageErrorCode.InsufficientStorage"/>.
    /// </exception>
    public virtual Task<PartInfo> UploadPartAsync(
        int partNumber, Stream content, UploadPartOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return UploadPartAsync(partNumber, new GivenContent(content), options, cancellationToken);
    }

    /// <summary>Uploads a part from bytes in memory. All else is as for the other overload.</summary>
    /// <param name="partNumber">The part number, 1 to 10,000.</param>
    /// <param name="content">The bytes. They must not change until the task ends.</param>
    /// <param name="options">Checks. The default is none.</param>
    /// <param name="cancellationToken">Stops the upload. An earlier part with this number stays.</param>
    /// <returns>The part, with the ETag that <see cref="CompleteAsync"/> needs.</returns>
    /// <exception cref="StorageException">As the other overload.</exception>
    public virtual Task<PartInfo> UploadPartAsync(
        int partNumber, ReadOnlyMemory<byte> content, UploadPartOptions? options = null, CancellationToken cancellationToken = default) =>
        UploadPartAsync(partNumber, new GivenContent(content), options, cancellationToken);

    /// <summary>
    /// Creates a part from an existing object, or from a range of it, on the server. On Google ranges pass through the client. On some
    /// S3-compatible servers ranges of small objects do, too. The source is pinned to the revision at the beginning of the call.
    /// </summary>
    /// <param name="partNumber">The part number, 1 to 10,000.</param>
    /// <param name="source">Bucket and key to copy from.</param>
    /// <param name="range">The bytes to copy. A range that ends past the object's end is cut. The default is all.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>The part, with the ETag that <see cref="CompleteAsync"/> needs. The ETag is no MD5.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NoSuchUpload"/>, <see cref="StorageErrorCode.NoSuchKey"/>, <see cref="StorageErrorCode.InvalidRange"/>,
    /// <see cref="StorageErrorCode.EntityTooLarge"/>, <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// </exception>
    public virtual Task<PartInfo> CopyPartAsync(
        int partNumber, ObjectAddress source, ByteRange? range = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.CopyPart,
            Bucket.Name,
            Key,
            (Upload: this, Number: partNumber, Source: source, Range: range),
            static async (state, token) =>
            {
                MultipartUpload upload = state.Upload;
                StoreContext context = upload.Context;
                CheckPartNumber(state.Number);
                ArgumentNullException.ThrowIfNull(state.Source.Bucket, nameof(source));
                BucketNames.Check(state.Source.Bucket);
                Keys.Check(state.Source.Key, context.Capabilities.MaxKeyBytes, nameof(source));
                StoredObject found = await context.Operations.RunStepAsync(
                    OperationNames.CopyPart,
                    state.Source,
                    (context.Backend, state.Source),
                    static (state, token) => state.Backend.HeadAsync(
                        new HeadRequest { Bucket = state.Source.Bucket, Key = state.Source.Key, IsForWrite = true }, token),
                    token).ConfigureAwait(false);
                ObjectProperties properties = found.Properties;
                ContentRange range = state.Range?.Resolve(properties.Size) ?? new ContentRange(0, properties.Size, properties.Size);
                LengthLimit.Part.Check(range.Length);
                var request = new CopyPartRequest
                {
                    Bucket = upload.Bucket.Name,
                    Key = upload.Key,
                    UploadId = upload.UploadId,
                    PartNumber = state.Number,
                    Source = state.Source,
                    SourceProperties = properties,
                    Range = range,
                };
                return await context.Backend.CopyPartAsync(request, token).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>
    /// Signs a URL by which a client without a credential uploads one part, by <c>PUT</c>. Complete the upload here afterwards, with the
    /// parts from <see cref="ListPartsAsync"/>.
    /// </summary>
    /// <param name="partNumber">The part number, 1 to 10,000.</param>
    /// <param name="expiresIn">How long the URL is good for, from 1 second to 7 days, in whole seconds.</param>
    /// <param name="options">
    /// The length and the MD5 of the part. On Azure and Google the MD5 is required, because it becomes part of the stored name
    /// (<see cref="StorageCapabilities.PresignedPartsNeedMd5"/>). The default is any bytes.
    /// </param>
    /// <param name="cancellationToken">Stops the signing.</param>
    /// <exception cref="ArgumentException">The MD5 is missing where it is required, or a number is out of its range.</exception>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.NotSupported"/>, <see cref="StorageErrorCode.NoSuchUpload"/>, <see cref="StorageErrorCode.InvalidKey"/>.
    /// </exception>
    public virtual Task<PresignedUrl> PresignPartAsync(
        int partNumber, TimeSpan expiresIn, UploadPartOptions? options = null, CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.PresignPart,
            Bucket.Name,
            Key,
            (Upload: this, Number: partNumber, ExpiresIn: expiresIn, Options: options ?? new UploadPartOptions()),
            static (state, token) =>
            {
                CheckPartNumber(state.Number);
                if (state.Upload.Context.Capabilities.PresignedPartsNeedMd5 && state.Options.ContentMd5 is null)
                {
                    throw new ArgumentException(
                        $"The URL of a part fixes the MD5 of the part on the {state.Upload.Context.Backend.Provider} backend. "
                        + $"Set {nameof(UploadPartOptions.ContentMd5)}.",
                        nameof(options));
                }

                var request = new PresignPartRequest
                {
                    Bucket = state.Upload.Bucket.Name,
                    Key = state.Upload.Key,
                    UploadId = state.Upload.UploadId,
                    PartNumber = state.Number,
                    ExpiresIn = PresignRules.Check(state.ExpiresIn),
                    ContentLength = PresignRules.CheckPartLength(state.Options.ContentLength),
                    ContentMd5 = Md5Digests.Check(state.Options.ContentMd5),
                };
                return state.Upload.Bucket.SignAsync(request, token);
            },
            cancellationToken);

    /// <summary>
    /// Lists the parts in ascending order of their numbers, with the latest part of each number. Pages are requested as the sequence is
    /// read.
    /// </summary>
    /// <param name="options">The query. The default is all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public virtual async IAsyncEnumerable<PartInfo> ListPartsAsync(
        ListPartsOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ListPartsOptions query = options ?? new ListPartsOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(query.StartAfter, nameof(query.StartAfter));
        Paging.Check(query.PageSize);
        var request = new ListPartsRequest
        {
            Bucket = Bucket.Name,
            Key = Key,
            UploadId = UploadId,
            StartAfter = query.StartAfter,
            PageSize = query.PageSize,
        };
        while (true)
        {
            ListPartsResult page = await Context.Operations.RunAsync(
                OperationNames.ListParts,
                Bucket.Name,
                Key,
                (Context.Backend, Request: request),
                static async (state, token) =>
                {
                    ListPartsResult found = await state.Backend.ListPartsAsync(state.Request, token).ConfigureAwait(false);
                    if (found is { IsTruncated: true, Parts: [.., var last] })
                    {
                        ListProgress.Require(state.Request.StartAfter, last.PartNumber);
                    }

                    return found;
                },
                cancellationToken).ConfigureAwait(false);
            foreach (PartInfo part in page.Parts)
            {
                yield return part;
            }

            if (!page.IsTruncated || page.Parts.Count == 0)
            {
                yield break;
            }

            request = request with { StartAfter = page.Parts[^1].PartNumber };
        }
    }

    /// <summary>
    /// Creates the object from parts, atomically. Uploaded parts that are not named are discarded. The call can be repeated while the
    /// created object exists, so a lost answer can simply be requested again.
    /// </summary>
    /// <example>
    /// <code>
    /// MultipartUpload upload = await bucket.CreateMultipartUploadAsync("video.mp4");
    /// await upload.UploadPartAsync(1, new byte[] { 1, 2, 3 });
    /// List&lt;PartInfo&gt; parts = await upload.ListPartsAsync().ToListAsync();
    /// ObjectProperties made = await upload.CompleteAsync(parts);
    /// </code>
    /// </example>
    /// <param name="parts">
    /// The parts in strictly ascending order of their numbers, each with the ETag that its latest upload returned. Sizes are ignored.
    /// </param>
    /// <param name="options">Conditions. The default is none.</param>
    /// <param name="cancellationToken">
    /// Stops the commit. For the outcome see <see cref="Bucket.PutAsync(string, Stream, PutOptions?, CancellationToken)"/>.
    /// </param>
    /// <returns>The properties of the object.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InvalidPart"/> (also for an empty list), <see cref="StorageErrorCode.InvalidPartOrder"/>,
    /// <see cref="StorageErrorCode.EntityTooSmall"/>, <see cref="StorageErrorCode.NoSuchUpload"/>,
    /// <see cref="StorageErrorCode.PreconditionFailed"/>, <see cref="StorageErrorCode.UploadInvalidated"/>,
    /// <see cref="StorageErrorCode.InsufficientStorage"/>. After the first three, and after a failed condition, the upload is unchanged. On
    /// Azure parts can be missing after a failed condition. S3 gives up an upload that is completed under a condition when its key was put
    /// or deleted after the upload was begun, even when the condition holds. The code is <see cref="StorageErrorCode.UploadInvalidated"/>.
    /// Then abort the upload, because its parts can stay billed, and begin another.
    /// </exception>
    public virtual Task<ObjectProperties> CompleteAsync(
        IEnumerable<PartInfo> parts, CompleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Context.Operations.RunAsync(
            OperationNames.CompleteMultipartUpload,
            Bucket.Name,
            Key,
            (Upload: this, Parts: parts, Options: options),
            static async (state, token) =>
            {
                MultipartUpload upload = state.Upload;
                var request = new CompleteUploadRequest
                {
                    Bucket = upload.Bucket.Name,
                    Key = upload.Key,
                    UploadId = upload.UploadId,
                    Parts = CheckParts(state.Parts),
                    Condition = Bucket.ToCondition(state.Options?.IfAbsent ?? false, state.Options?.IfMatch, state.Options?.IfRevision),
                    MinimumPartSize = upload.Context.Settings.MinimumPartSize,
                };
                return await upload.Bucket.Writes.CompleteAsync(request, token).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>Ends the upload and discards its parts. Racing a completion, one of the two wins, whole.</summary>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="StorageException"><see cref="StorageErrorCode.NoSuchUpload"/>.</exception>
    public virtual Task AbortAsync(CancellationToken cancellationToken = default) =>
        Context.Operations.RunAsync(
            OperationNames.AbortMultipartUpload,
            Bucket.Name,
            Key,
            this,
            static async (upload, token) =>
            {
                var request = new AbortUploadRequest { Bucket = upload.Bucket.Name, Key = upload.Key, UploadId = upload.UploadId };
                await upload.Context.Backend.AbortUploadAsync(request, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    private Task<PartInfo> UploadPartAsync(
        int partNumber, GivenContent content, UploadPartOptions? options, CancellationToken cancellationToken) =>
        Context.Operations.RunAsync(
            OperationNames.UploadPart,
            Bucket.Name,
            Key,
            (Upload: this, Number: partNumber, Content: content, Options: options),
            static async (state, token) =>
            {
                CheckPartNumber(state.Number);
                ReadOnlyMemory<byte>? expected = Md5Digests.Check(state.Options?.ContentMd5);
                Content content = state.Content.Open(state.Options?.ContentLength, state.Upload.Context.Operations.Time);
                var address = new ObjectAddress(state.Upload.Bucket.Name, state.Upload.Key);
                var target = new PartTarget(address, state.Upload.UploadId, state.Number);
                PartInfo part = await new PartTransfer(state.Upload.Context)
                    .RunAsync(target, content, expected, token)
                    .ConfigureAwait(false);
                Telemetry.BytesWritten.Add(
                    part.Size, new KeyValuePair<string, object?>(Telemetry.ProviderTag, state.Upload.Context.Backend.Provider));
                return part;
            },
            cancellationToken);

    private static void CheckPartNumber(int partNumber)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partNumber, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partNumber, MaximumPartNumber);
    }

    private static List<PartInfo> CheckParts(IEnumerable<PartInfo> given)
    {
        var parts = new List<PartInfo>();
        foreach (PartInfo part in given)
        {
            ArgumentNullException.ThrowIfNull(part, "parts");
            ArgumentNullException.ThrowIfNull(part.ETag, "parts");
            CheckPartNumber(part.PartNumber);
            if (parts.Count > 0 && part.PartNumber <= parts[^1].PartNumber)
            {
                throw new StorageException(
                    StorageErrorCode.InvalidPartOrder,
                    $"Part {part.PartNumber} comes after part {parts[^1].PartNumber}. Use each number once, in ascending order.");
            }

            parts.Add(part with { ETag = EntityTags.Normalize(part.ETag) });
        }

        return parts.Count > 0
            ? parts
            : throw new StorageException(
                StorageErrorCode.InvalidPart,
                "An upload cannot be completed without a part. Upload one (it may be empty), or put an empty object.");
    }
}
