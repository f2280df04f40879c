using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// The options of a put, which are attributes, conditions, and how the bytes are checked and sent. Immutable and thread-safe.
/// </summary>
public sealed record PutOptions : ObjectAttributes
{
    private readonly ValueBytes? _contentMd5;

    /// <summary>No attributes, no conditions.</summary>
    public PutOptions()
    {
    }

    /// <summary>The attributes of an object that exists, or any others, without conditions.</summary>
    /// <param name="attributes">The attributes. Properties of an object are attributes too.</param>
    /// <exception cref="ArgumentNullException"><paramref name="attributes"/> is <see langword="null"/>.</exception>
    public PutOptions(ObjectAttributes attributes)
        : base(attributes ?? throw new ArgumentNullException(nameof(attributes)))
    {
    }

    internal static PutOptions Default { get; } = new();

    /// <summary>
    /// How many bytes to store, when the caller knows. 0 or more. A source that has fewer fails with
    /// <see cref="StorageErrorCode.IncompleteBody"/>. A seekable stream is read up to this length, so a growing file can be stored. Any
    /// other source must end there. Otherwise it fails with <see cref="StorageErrorCode.IncompleteBody"/> too. By default a seekable stream
    /// determines it, and otherwise it is unknown.
    /// </summary>
    public long? ContentLength { get; init; }

    /// <summary>
    /// The MD5 that the whole body must have, 16 bytes. Other bytes fail with <see cref="StorageErrorCode.BadDigest"/> and nothing is
    /// stored. By default it is not checked.
    /// </summary>
    public ReadOnlyMemory<byte>? ContentMd5
    {
        get => _contentMd5?.Bytes;
        init => _contentMd5 = value is { } bytes ? new ValueBytes(bytes) : null;
    }

    /// <summary>
    /// Write only over an object with this ETag, or over any object with <c>"*"</c>. Quotes are removed. Another object, or none, fails
    /// with <see cref="StorageErrorCode.PreconditionFailed"/>. By default there is no condition.
    /// </summary>
    public string? IfMatch { get; init; }

    /// <summary>
    /// Write only where there is no object (<c>If-None-Match: *</c>), else <see cref="StorageErrorCode.PreconditionFailed"/>. Together with
    /// <see cref="IfMatch"/> or <see cref="IfRevision"/> it is <see cref="ArgumentException"/>. The default is <see langword="false"/>.
    /// </summary>
    public bool IfAbsent { get; init; }

    /// <summary>
    /// Write only over this revision (<see cref="ObjectProperties.Revision"/>), else <see cref="StorageErrorCode.PreconditionFailed"/>.
    /// Costs no extra request. By default there is no condition.
    /// </summary>
    public string? IfRevision { get; init; }

    /// <summary>
    /// Whether to store the object in one part whatever its size. Its ETag is then the plain MD5 of its bytes. It needs a seekable source
    /// or one of at most <see cref="ObjectStoreOptions.PartSize"/> bytes, else <see cref="ArgumentException"/>. More than
    /// <see cref="StorageCapabilities.MaxPutSize"/> bytes fail with <see cref="StorageErrorCode.EntityTooLarge"/>. The default is
    /// <see langword="false"/>.
    /// </summary>
    public bool SinglePart { get; init; }

    /// <summary>
    /// Receives the progress of the put, at most ten times a second, and when it has succeeded. It runs on another thread and cannot delay
    /// the put. The last report can arrive shortly after the call has returned. By default no progress is reported.
    /// </summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder) => new MemberPrinter(builder)
        .Add(nameof(ContentLength), ContentLength)
        .Add(nameof(ContentMd5), _contentMd5)
        .Add(nameof(IfAbsent), IfAbsent ? true : null)
        .Add(nameof(IfMatch), IfMatch)
        .Add(nameof(IfRevision), IfRevision)
        .Add(nameof(SinglePart), SinglePart ? true : null)
        .Add(nameof(Progress), Progress)
        .AddBase(base.PrintMembers);
}
