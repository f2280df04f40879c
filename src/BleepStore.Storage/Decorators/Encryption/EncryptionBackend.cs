using BleepStore.Storage.Backends;
using BleepStore.Storage.Engine;

namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>
/// Encrypts the bytes of objects before they leave the process. Keys, metadata and attributes of objects stay in the clear, so listings and
/// copies on the server work. docs/encryption-format.md has the format.
/// </summary>
internal sealed class EncryptionBackend : DelegatingBackend
{
    private readonly StoreContext _context;
    private readonly RingKeys _keys;
    private readonly PlaintextObjects _plaintext;
    private readonly IDisposable? _owned;
    private StorageCapabilities? _capabilities;
    private SealedReads _reads;

    /// <param name="inner">The store of the encrypted objects.</param>
    /// <param name="ring">The keys.</param>
    /// <param name="plaintext">The treatment of objects that are not encrypted.</param>
    /// <param name="context">How the stored objects are read.</param>
    /// <param name="owned">Disposed with this.</param>
    public EncryptionBackend(
        StorageBackend inner, IKeyRing ring, PlaintextObjects plaintext, StoreContext context, IDisposable? owned = null)
        : base(inner)
    {
        _context = context with { Backend = inner };
        _keys = new RingKeys(ring);
        _plaintext = plaintext;
        _owned = owned;
        _reads = new SealedReads(_context, _keys, plaintext);
    }

    /// <summary>
    /// Callers have no multipart uploads, because nobody knows where a part of theirs begins in the object. A part that is copied would be
    /// encrypted for another place.
    /// </summary>
    public override StorageCapabilities Capabilities => _capabilities ??= Inner.Capabilities with
    {
        TransformsBytes = true,
        SupportsMultipart = false,

        // The parts of one encryption do not fit the chunks of another beneath it.
        WritesInParts = Inner.Capabilities is { WritesInParts: true, PartAlignment: 1 },
        PartAlignment = StoredSize.Chunk,
        MaxPartSize = StoredSize.LargestPlain(Inner.Capabilities.MaxPartSize),
        MaxCopySize = StoredSize.LargestPlain(Inner.Capabilities.MaxCopySize),
        MaxPutSize = StoredSize.LargestPlain(Inner.Capabilities.MaxPutSize),
        SupportsPresign = false,
        SupportsPresignHeaders = false,
        SupportsPresignPost = false,
        PresignedPartsNeedMd5 = false,
    };

    public static StorageException Refused(string what, string advice) =>
        new(StorageErrorCode.NotSupported, $"The encryption of the store {what}. {advice}");

    public override void SetLimits(RequestLimits limits)
    {
        base.SetLimits(limits);
        _reads = new SealedReads(_context with { Settings = _context.Settings with { Limits = limits } }, _keys, _plaintext);
    }

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        using ObjectKey key = await _keys.CreateAsync(layout: null, cancellationToken).ConfigureAwait(false);
        StorageBody body = await SealedBody.SealAsync(
            request.Body, key, SealedSpan.Whole, Inner.Capabilities.StreamsPuts, cancellationToken).ConfigureAwait(false);
        return Shown(await Inner.PutAsync(request with { Body = body }, cancellationToken).ConfigureAwait(false));
    }

    public override ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken) =>
        _reads.GetAsync(request, cancellationToken);

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        if (_plaintext == PlaintextObjects.PassThrough)
        {
            return await HeadAnyAsync(request, cancellationToken).ConfigureAwait(false);
        }

        StoredObject stored = await Inner.HeadAsync(request, cancellationToken).ConfigureAwait(false);
        return stored with { Properties = Shown(stored.Properties) };
    }

    /// <summary>The stored bytes are copied as they are. Only the ring must have their key, wherever they are.</summary>
    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ObjectProperties source = await ReadSourceAsync(request.Source, cancellationToken).ConfigureAwait(false);
        new WriteCondition { IfRevision = request.SourceProperties.Revision }.ThrowIfNotMet(source);
        ObjectProperties made = await Inner.CopyAsync(request with { SourceProperties = source }, cancellationToken).ConfigureAwait(false);
        return made with { Size = request.SourceProperties.Size };
    }

    public override async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        ListPage page = await Inner.ListAsync(request, cancellationToken).ConfigureAwait(false);
        return page with
        {
            Entries =
            [
                .. page.Entries.Select(static entry => entry.IsCommonPrefix ? entry : entry with { Size = StoredSize.Shown(entry.Size) }),
            ],
        };
    }

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        CreateUploadRequest beneath = request with { Layout = null };
        if (request.CopySource is { } source)
        {
            KnownObject known = await FindSourceAsync(source, cancellationToken).ConfigureAwait(false);
            return new CopiedParts(await Inner.BeginPartsAsync(beneath, cancellationToken).ConfigureAwait(false), known);
        }

        PartLayout layout = request.Layout ?? throw NoUploads();
        ObjectKey key = await _keys.CreateAsync(layout, cancellationToken).ConfigureAwait(false);
        try
        {
            return new SealedParts(await Inner.BeginPartsAsync(beneath, cancellationToken).ConfigureAwait(false), key, layout);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken) => throw NoUploads();

    public override Task<PartInfo> UploadPartAsync(UploadPartRequest request, CancellationToken cancellationToken) => throw NoUploads();

    public override Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken) => throw NoUploads();

    public override Task<ListPartsResult> ListPartsAsync(ListPartsRequest request, CancellationToken cancellationToken) =>
        throw NoUploads();

    public override Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        throw NoUploads();

    public override ValueTask<PresignedUrl> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        throw NoPresigning();

    public override ValueTask<PresignedUrl> PresignPartAsync(PresignPartRequest request, CancellationToken cancellationToken) =>
        throw NoPresigning();

    public override ValueTask<PresignedPost> PresignPostAsync(PresignPostRequest request, CancellationToken cancellationToken) =>
        throw NoPresigning();

    /// <summary>Also makes sure that there is a key to encrypt with.</summary>
    public override async Task CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        await _keys.CheckAsync(cancellationToken).ConfigureAwait(false);
        await Inner.CheckAsync(request, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _owned?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static ObjectProperties Shown(ObjectProperties stored) => stored with { Size = StoredSize.Shown(stored.Size) };

    private static StorageException NoUploads() => Refused(
        "refuses multipart uploads of callers, because the place of a part in the object is not known before the upload is completed",
        "Put the object with PutAsync, which sends a large object in parts by itself.");

    private static StorageException NoPresigning() => Refused(
        "signs no upstream URLs, because they would bypass it",
        $"Set {nameof(ObjectStoreOptions)}.{nameof(ObjectStoreOptions.Links)}, so URLs lead to the application.");

    /// <summary>The size of an object tells nothing where not all of them are encrypted, so its beginning is read.</summary>
    private async Task<StoredObject> HeadAnyAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            StoredObject stored = await Inner.HeadAsync(request, cancellationToken).ConfigureAwait(false);
            var beginning = new GetRequest { Bucket = request.Bucket, Key = request.Key, IfRevision = stored.Properties.Revision };
            try
            {
                KnownObject known = await _reads.ReadHeaderAsync(beginning, cancellationToken).ConfigureAwait(false);
                return stored with { Properties = stored.Properties with { Size = known.Size } };
            }
            catch (StorageException error)
                when (error.Code == StorageErrorCode.PreconditionFailed && attempt < SealedReads.MaximumReplacements)
            {
                // The object was replaced meanwhile.
            }
        }
    }

    private async Task<ObjectProperties> ReadSourceAsync(ObjectAddress source, CancellationToken cancellationToken)
    {
        var head = new HeadRequest { Bucket = source.Bucket, Key = source.Key, IsForWrite = true };
        return (await Inner.HeadAsync(head, cancellationToken).ConfigureAwait(false)).Properties;
    }

    private async Task<KnownObject> FindSourceAsync(ObjectAddress source, CancellationToken cancellationToken)
    {
        var beginning = new GetRequest { Bucket = source.Bucket, Key = source.Key };
        return await _reads.ReadHeaderAsync(beginning, cancellationToken).ConfigureAwait(false);
    }
}
