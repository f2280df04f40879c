using BleepStore.Storage.Backends;
using BleepStore.Storage.Budget;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Engine.Hashing;
using BleepStore.Storage.Engine.Parts;
using BleepStore.Storage.Engine.Reads;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>
/// Compresses objects that are put in one request, and decompresses objects that this decorator compressed. Parts of large objects and of
/// explicit uploads are stored as they are.
/// </summary>
/// <param name="inner">The backend underneath.</param>
/// <param name="options">The objects to compress, and how.</param>
/// <param name="beneath">How stored bytes are read from the backend underneath.</param>
internal sealed class CompressionBackend(StorageBackend inner, CompressionOptions options, StoreContext beneath) : DelegatingBackend(inner)
{
    /// <summary>The most compressed bytes that one put holds in memory. More lies in a temporary file.</summary>
    private const long MostInMemory = 8 * 1024 * 1024;

    /// <summary>Up to this, a temporary file costs more than the memory. The transfer budget does not count such bytes.</summary>
    private const long FewInMemory = 64 * 1024;

    /// <summary>How often a read begins anew because the object was replaced between two requests.</summary>
    private const int MostAttempts = 5;

    private readonly string _coding = CompressionRecord.CodingOf(options.Method);

    /// <summary>A compressed body must be whole before its size is known, so bodies do not stream through.</summary>
    private readonly ChangedCapabilities _capabilities = new(static inner => inner with { StreamsPuts = false, TransformsBytes = true });

    public override StorageCapabilities Capabilities => _capabilities.Of(base.Capabilities);

    /// <summary>For tests, also stores the compressed form when it is not smaller.</summary>
    internal bool KeepsLarger { get; init; }

    /// <summary>For tests, also compresses objects without a content type.</summary>
    internal bool CompressesUntyped { get; init; }

    public override async ValueTask<ObjectProperties> PutAsync(PutRequest request, CancellationToken cancellationToken)
    {
        CompressionRecord.RequireNone(request.Attributes);
        if (!IsWorthwhile(request) || request.Body is not { CanReplay: true, Length: { } length })
        {
            return CompressionRecord.Show(await Inner.PutAsync(request, cancellationToken).ConfigureAwait(false));
        }

        using TransferPass? share = length > FewInMemory ? beneath.Gate.TryEnter(Math.Min(length, MostInMemory)) : null;
        long held = share?.Bytes ?? FewInMemory;
        using PartBody? compressed = await CompressAsync(request.Body, length, held, cancellationToken).ConfigureAwait(false);
        if (compressed is null)
        {
            return CompressionRecord.Show(await Inner.PutAsync(request, cancellationToken).ConfigureAwait(false));
        }

        var record = new CompressionRecord(_coding, length, compressed.Size);
        PutRequest stored = request with { Body = request.Body.Replace(compressed), Attributes = record.AddTo(request.Attributes) };
        return CompressionRecord.Show(await Inner.PutAsync(stored, cancellationToken).ConfigureAwait(false));
    }

    public override async ValueTask<GetResult> GetAsync(GetRequest request, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            (GetResult? found, CompressionRecord? record) = await TryGetAsync(request, cancellationToken).ConfigureAwait(false);
            if (record is null)
            {
                return found!;
            }

            if (request.Range is null)
            {
                return Reveal(request, found!, record, new ContentRange(0, record.PlainSize, record.PlainSize));
            }

            // The range belongs to the stored bytes, which differ. Only all stored bytes together can be decoded.
            if (found is not null)
            {
                await found.Content.DisposeAsync().ConfigureAwait(false);
            }

            ContentRange range = request.Range.Value.Resolve(record.PlainSize);
            RequireWhole(request, range);
            GetResult whole = await Inner.GetAsync(request with { Range = null }, cancellationToken).ConfigureAwait(false);
            if (CompressionRecord.Of(whole.Properties) == record)
            {
                return Reveal(request, whole, record, range);
            }

            await whole.Content.DisposeAsync().ConfigureAwait(false);
            if (attempt == MostAttempts)
            {
                throw new StorageException(
                    StorageErrorCode.ServiceUnavailable, "The object was replaced repeatedly while it was opened. Read it later.");
            }
        }
    }

    public override async Task<StoredObject> HeadAsync(HeadRequest request, CancellationToken cancellationToken)
    {
        StoredObject found = await Inner.HeadAsync(request, cancellationToken).ConfigureAwait(false);
        return found with { Properties = CompressionRecord.Show(found.Properties) };
    }

    public override async Task<ObjectProperties> CopyAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        ObjectProperties source = await HeadSourceAsync(request.Source, request.SourceProperties, cancellationToken).ConfigureAwait(false);
        CompressionRecord.RequireNone(request.Attributes);
        CopyRequest stored = request with
        {
            SourceProperties = source,
            Attributes = request.Attributes is { } given && CompressionRecord.Of(source) is { } record
                ? record.AddTo(given)
                : request.Attributes,
        };
        return CompressionRecord.Show(await Inner.CopyAsync(stored, cancellationToken).ConfigureAwait(false));
    }

    public override Task<string> CreateUploadAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        CompressionRecord.RequireNone(request.Attributes);
        return Inner.CreateUploadAsync(request, cancellationToken);
    }

    public override async Task<PartedWrite> BeginPartsAsync(CreateUploadRequest request, CancellationToken cancellationToken)
    {
        CompressionRecord.RequireNone(request.Attributes);
        if (request.CopySource is { } address)
        {
            var head = new HeadRequest { Bucket = address.Bucket, Key = address.Key, IsForWrite = true };
            StoredObject source = await Inner.HeadAsync(head, cancellationToken).ConfigureAwait(false);
            if (CompressionRecord.Of(source.Properties) is { } record)
            {
                var copy = new CopyRequest
                {
                    Source = address,
                    SourceProperties = source.Properties,
                    Bucket = request.Bucket,
                    Key = request.Key,
                    Attributes = record.AddTo(request.Attributes),
                    WriteToken = request.WriteToken,
                };
                return record.StoredSize <= Inner.Capabilities.MaxCopySize ? new WholeCopy(Inner, copy) : throw CannotCopyParts();
            }
        }

        return await Inner.BeginPartsAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<PartInfo> CopyPartAsync(CopyPartRequest request, CancellationToken cancellationToken)
    {
        ObjectProperties source = await HeadSourceAsync(request.Source, request.SourceProperties, cancellationToken).ConfigureAwait(false);
        return CompressionRecord.Of(source) is null
            ? await Inner.CopyPartAsync(request with { SourceProperties = source }, cancellationToken).ConfigureAwait(false)
            : throw CannotCopyParts();
    }

    public override async Task<ObjectProperties> CompleteUploadAsync(CompleteUploadRequest request, CancellationToken cancellationToken) =>
        CompressionRecord.Show(await Inner.CompleteUploadAsync(request, cancellationToken).ConfigureAwait(false));

    /// <summary>A read that goes on after its body stood still gets the rest, at the price of a whole read.</summary>
    private static void RequireWhole(GetRequest request, ContentRange range)
    {
        bool isWhole = range.Offset == 0 && range.Length == range.ObjectSize;
        if (!isWhole && !request.IsResumption)
        {
            throw new StorageException(
                StorageErrorCode.NotSupported,
                "The object is stored compressed (WithCompression), so a range of it cannot be read. Read the whole object.");
        }
    }

    private static StorageException CannotCopyParts() => new(
        StorageErrorCode.NotSupported,
        "The source is stored compressed (WithCompression), so no part of it can be copied. "
        + "Copy the whole object, or read it and upload the part.");

    /// <summary>
    /// The stored bytes resume where they broke off. The core can only ask for the rest of the object, which begins anew here.
    /// </summary>
    private GetResult Reveal(GetRequest request, GetResult stored, CompressionRecord record, ContentRange range) => stored with
    {
        Properties = record.Reveal(stored.Properties),
        Range = range,
        Content = new DecompressedContent(
            new ResumingStream(beneath, request with { Range = null }, stored, isBeneath: true), record, range.Offset),
        HasOpaqueETag = true,
    };

    private bool IsWorthwhile(PutRequest request) =>
        string.IsNullOrEmpty(request.Attributes.ContentEncoding)
        && request.Body.Length >= Math.Max(1, options.MinimumSize)
        && (request.Attributes.ContentType is { Length: > 0 } type
            ? (options.ShouldCompress ?? CompressibleTypes.Contain)(CompressibleTypes.BareType(type))
            : CompressesUntyped);

    /// <summary>Opens an object, and finds out whether it was compressed here.</summary>
    /// <returns>No result when the range lies outside of the stored bytes of an object that was compressed here.</returns>
    private async ValueTask<(GetResult? Found, CompressionRecord? Record)> TryGetAsync(
        GetRequest request, CancellationToken cancellationToken)
    {
        try
        {
            GetResult found = await Inner.GetAsync(request, cancellationToken).ConfigureAwait(false);
            return (found, CompressionRecord.Of(found.Properties));
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidRange)
        {
            var head = new HeadRequest { Bucket = request.Bucket, Key = request.Key, IsForWrite = true };
            StoredObject stored = await Inner.HeadAsync(head, cancellationToken).ConfigureAwait(false);
            if (CompressionRecord.Of(stored.Properties) is { } record)
            {
                return (null, record);
            }

            throw;
        }
    }

    /// <summary>Compresses a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="held">How many compressed bytes memory may hold. If there are more, a temporary file holds all of them.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns><see langword="null"/> for bytes that do not become smaller.</returns>
    private async Task<PartBody?> CompressAsync(StorageBody body, long length, long held, CancellationToken cancellationToken)
    {
        long most = KeepsLarger ? long.MaxValue : length;
        using var buffer = new SpillingBuffer(held, new MemoryBudget(held));
        var compressing = new CompressingStream(ComparedStream.Over(body, body.OpenAhead()), _coding, options.Level);
        await using (compressing.ConfigureAwait(false))
        {
            await buffer.FillAsync(compressing, most, static _ => { }, cancellationToken).ConfigureAwait(false);
        }

        return buffer.Length < most ? buffer.ToPart() : null;
    }

    /// <summary>The properties of a source as they are stored. The copy is pinned to them.</summary>
    private async Task<ObjectProperties> HeadSourceAsync(ObjectAddress source, ObjectProperties known, CancellationToken cancellationToken)
    {
        var head = new HeadRequest { Bucket = source.Bucket, Key = source.Key, IsForWrite = true };
        ObjectProperties stored = (await Inner.HeadAsync(head, cancellationToken).ConfigureAwait(false)).Properties;
        new WriteCondition { IfRevision = known.Revision }.ThrowIfNotMet(stored);
        return stored;
    }
}
