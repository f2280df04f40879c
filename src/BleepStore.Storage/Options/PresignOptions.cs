using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// The options that a presigned URL binds in addition to method, key and time. An option that the upstream cannot bind fails with
/// <see cref="StorageErrorCode.NotSupported"/>, and one that does not belong to the method is <see cref="ArgumentException"/>. Immutable
/// and thread-safe.
/// </summary>
public sealed record PresignOptions
{
    private readonly ValueBytes? _contentMd5;
    private readonly ValueMetadata _metadata;

    internal static PresignOptions Default { get; } = new();

    /// <summary>
    /// The content type of the answer, instead of the object's. Printable ASCII. Only to <see cref="PresignMethod.Get"/> and
    /// <see cref="PresignMethod.Head"/>. Google cannot bind it. The default is the object's.
    /// </summary>
    public string? ResponseContentType { get; init; }

    /// <summary>
    /// The content disposition of the answer, instead of the object's, such as <see cref="ContentDispositions.Attachment"/> makes.
    /// Printable ASCII. Only to <see cref="PresignMethod.Get"/> and <see cref="PresignMethod.Head"/>. Google ignores it if the object has a
    /// content disposition of its own. The default is the object's.
    /// </summary>
    public string? ResponseContentDisposition { get; init; }

    /// <summary>
    /// The caching directives of the answer, instead of the object's. Printable ASCII. Only to <see cref="PresignMethod.Get"/> and
    /// <see cref="PresignMethod.Head"/>. Google cannot bind it. The default is the object's.
    /// </summary>
    public string? ResponseCacheControl { get; init; }

    /// <summary>
    /// The content type that the request must have and that the object gets. Printable ASCII. Only to <see cref="PresignMethod.Put"/>. The
    /// default is any.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>The exact number of bytes of the object. 0 or more. Only to <see cref="PresignMethod.Put"/>. The default is any.</summary>
    public long? ContentLength { get; init; }

    /// <summary>The MD5 of the object (16 bytes). Only to <see cref="PresignMethod.Put"/>. The default is any.</summary>
    public ReadOnlyMemory<byte>? ContentMd5
    {
        get => _contentMd5?.Bytes;
        init => _contentMd5 = value is { } bytes ? new ValueBytes(bytes) : null;
    }

    /// <summary>
    /// The metadata that the object gets. The rules are those of <see cref="ObjectAttributes.Metadata"/>. Only to
    /// <see cref="PresignMethod.Put"/>. The default is none.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get => _metadata.Items;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _metadata = new(value);
        }
    }

    /// <summary>Whether the request needs additional headers.</summary>
    internal bool BindsRequest => ContentType is not null || ContentLength is not null || ContentMd5 is not null || Metadata.Count > 0;

    /// <summary>Whether the answer has headers other than the object's.</summary>
    internal bool BindsAnswer =>
        ResponseContentType is not null || ResponseContentDisposition is not null || ResponseCacheControl is not null;

    /// <inheritdoc/>
    public override string ToString() => new MemberPrinter(nameof(PresignOptions))
        .Add(nameof(ResponseContentType), ResponseContentType)
        .Add(nameof(ResponseContentDisposition), ResponseContentDisposition)
        .Add(nameof(ResponseCacheControl), ResponseCacheControl)
        .Add(nameof(ContentType), ContentType)
        .Add(nameof(ContentLength), ContentLength)
        .Add(nameof(ContentMd5), _contentMd5)
        .Add(nameof(Metadata), Metadata.Count > 0 ? _metadata : null)
        .ToString();
}
