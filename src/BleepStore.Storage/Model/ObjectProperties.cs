using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>The properties of a stored object. They are a snapshot, which does not change when the object does. Thread-safe.</summary>
public sealed record ObjectProperties : ObjectAttributes
{
    private readonly long _lastModified;

    /// <summary>Makes properties without attributes.</summary>
    public ObjectProperties()
    {
    }

    /// <summary>Makes properties with the attributes of an object. The metadata is copied, so the properties stay a snapshot.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <exception cref="ArgumentException">Two names of the metadata differ by case alone.</exception>
    public ObjectProperties(ObjectAttributes attributes)
        : base(attributes ?? throw new ArgumentNullException(nameof(attributes))) =>
        Metadata = attributes.Metadata.Count == 0
            ? UserMetadata.Empty
            : new Dictionary<string, string>(attributes.Metadata, StringComparer.OrdinalIgnoreCase);

    /// <summary>The object's key.</summary>
    public required string Key { get; init; }

    /// <summary>The size in bytes, 0 or more.</summary>
    public required long Size { get; init; }

    /// <summary>
    /// The ETag, without quotes. For an object written in one part it is the lower-case hexadecimal MD5 of the bytes. For an object written
    /// in <c>n</c> parts it is the MD5 of the parts' MD5s, followed by <c>-n</c>. The same bytes and options have the same ETag on every
    /// backend. The ETag is opaque for objects that other tools wrote and for copies. On S3 under SSE-KMS and SSE-C it is also opaque in
    /// listings and for objects written in parts.
    /// </summary>
    public required string ETag { get; init; }

    /// <summary>
    /// The upstream's opaque version of the object. It is new at every write, and never repeats for a key. Use it in <c>IfRevision</c> to
    /// pin exactly this write. An ETag, in contrast, repeats when the same bytes are written again. On S3 the revision is the ETag. There
    /// the same bytes have the same revision again, whatever was written between and whatever their metadata.
    /// </summary>
    public required string Revision { get; init; }

    /// <summary>
    /// The time of the object's last write in UTC, with the precision of the upstream (often one second). S3 answers a put and a completed
    /// upload only with the date of the answer. The value that these return can therefore differ by a second. The value that a read returns
    /// is exact.
    /// </summary>
    public required DateTimeOffset LastModified
    {
        get => new(_lastModified, TimeSpan.Zero);
        init => _lastModified = value.UtcTicks;
    }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder) => new MemberPrinter(builder)
        .Add(nameof(Key), Key)
        .Add(nameof(Size), Size)
        .Add(nameof(ETag), ETag)
        .Add(nameof(Revision), Revision)
        .Add(nameof(LastModified), LastModified)
        .AddBase(base.PrintMembers);
}
