using System.Text;
using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>
/// The attributes of an object in addition to its bytes. They are the system's properties and the user's metadata. All are committed
/// together with the bytes, and every read returns them. Immutable and thread-safe.
/// </summary>
public record ObjectAttributes
{
    /// <summary>
    /// The ticks plus 1, or 0 for none. Every object that is read or written carries it, and <see cref="DateTimeOffset"/>? takes three
    /// times the room.
    /// </summary>
    private readonly long _expires;

    private readonly ValueMetadata _metadata;

    /// <summary>The attributes of an object without any. It is shared, because most objects have none.</summary>
    internal static ObjectAttributes None { get; } = new();

    /// <summary>
    /// The media type, e.g. <c>image/png</c>. Printable ASCII. An empty one counts as none. The default is none, which reads back as
    /// <see langword="null"/> or as the upstream's own default.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// The content coding, e.g. <c>gzip</c>. Printable ASCII. It is only a label, because stored bytes are never decoded. The default is
    /// none.
    /// </summary>
    public string? ContentEncoding { get; init; }

    /// <summary>The natural language, e.g. <c>en-GB</c>. Printable ASCII. The default is none.</summary>
    public string? ContentLanguage { get; init; }

    /// <summary>
    /// How a browser should present the object, e.g. <c>attachment; filename="a.txt"</c>. Printable ASCII.
    /// <see cref="ContentDispositions"/> creates a value from a name in any language. The default is none.
    /// </summary>
    public string? ContentDisposition { get; init; }

    /// <summary>Caching directives, e.g. <c>max-age=3600</c>. Printable ASCII. The default is none.</summary>
    public string? CacheControl { get; init; }

    /// <summary>When a cache should no longer use the object. UTC, kept to the second. The default is none.</summary>
    public DateTimeOffset? Expires
    {
        get => _expires == 0 ? null : new DateTimeOffset(_expires - 1, TimeSpan.Zero);
        init => _expires = value is { } instant ? instant.UtcTicks + 1 : 0;
    }

    /// <summary>
    /// The upstream's storage class or access tier, in the upstream's words (<c>STANDARD_IA</c>, <c>Cool</c>). The default is that of the
    /// upstream. An upstream without storage classes keeps the value and returns it unchanged.
    /// </summary>
    public string? StorageClass { get; init; }

    /// <summary>
    /// The user's metadata. Names are compared without regard to case, and returned in lower case. Values are any Unicode text, and are
    /// returned unchanged. At most 1,792 bytes as stored (<see cref="StorageErrorCode.MetadataTooLarge"/>). The default is empty.
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

    /// <summary>Returns the attributes alone, also of properties.</summary>
    internal ObjectAttributes WithoutProperties() => new(this);

    /// <summary>Prints the properties that are set.</summary>
    /// <param name="builder">Receives the text.</param>
    /// <returns>Whether anything was printed.</returns>
    protected virtual bool PrintMembers(StringBuilder builder) => new MemberPrinter(builder)
        .Add(nameof(ContentType), ContentType)
        .Add(nameof(ContentEncoding), ContentEncoding)
        .Add(nameof(ContentLanguage), ContentLanguage)
        .Add(nameof(ContentDisposition), ContentDisposition)
        .Add(nameof(CacheControl), CacheControl)
        .Add(nameof(Expires), Expires)
        .Add(nameof(StorageClass), StorageClass)
        .Add(nameof(Metadata), Metadata.Count > 0 ? _metadata : null)
        .HasPrinted;
}
