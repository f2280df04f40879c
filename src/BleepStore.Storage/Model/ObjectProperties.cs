using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>What is known of a stored object. A snapshot: it does not change when the object does. Thread-safe.</summary>
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

    /// <summary>The size in bytes; 0 or more.</summary>
    public required long Size { get; init; }

    /// <summary>
    /// The ETag, without quotes: the lower-case hexadecimal MD5 of the bytes for an object written in one part, and the MD5 of the parts'
    /// MD5s followed by <c>-n</c> for one written in <c>n</c> parts. The same on every backend for the same bytes and options. Opaque for
    /// objects that other tools wrote, for copies, and on S3 under SSE-KMS and SSE-C for objects written in parts and in listings.
    /// </summary>
    public required string ETag { get; init; }

    /// <summary>
    /// The upstream's own version of the object, opaque, new at every write, never repeated for a key. Use it in <c>IfRevision</c> to pin
    /// exactly this write; an ETag repeats when the same bytes are written again. Not so on S3, whose revision is its ETag: there the same
    /// bytes have the same revision again, whatever was written in between and whatever their metadata.
    /// </summary>
    public required string Revision { get; init; }

    /// <summary>
    /// When the object was last written: UTC, with the precision of the upstream (often one second). S3 tells a put and a completed upload
    /// only the date of its answer, so the value that these return can be a second off. The value that a read returns is exact.
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
