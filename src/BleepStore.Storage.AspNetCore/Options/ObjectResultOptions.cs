namespace BleepStore.Storage;

/// <summary>
/// The headers of the answer with an object. Stored content can be hostile, because an uploaded page would run its scripts under the
/// application's origin. Every answer has the header <c>X-Content-Type-Options</c> with <c>nosniff</c>. A browser saves types that are not
/// in <see cref="InlineContentTypes"/>. It shows the other types in a sandbox. Immutable and thread-safe.
/// </summary>
public sealed record ObjectResultOptions
{
    private readonly IReadOnlyList<string> _inlineContentTypes = DefaultInlineContentTypes;

    /// <summary>
    /// The default of <see cref="InlineContentTypes"/>. It has <c>image/*</c>, <c>audio/*</c>, <c>video/*</c>, <c>text/plain</c> and
    /// <c>application/pdf</c>.
    /// </summary>
    public static IReadOnlyList<string> DefaultInlineContentTypes { get; } =
        ["image/*", "audio/*", "video/*", "text/plain", "application/pdf"];

    /// <summary>It follows the members that it uses, because static members are initialised in their order.</summary>
    internal static ObjectResultOptions Default { get; } = new();

    /// <summary>
    /// The content types that a browser may show. Case and parameters are ignored. <c>image/*</c> stands for all types of that kind, apart
    /// from those in XML (<c>image/svg+xml</c>), which can hold scripts and must be named. Any other type is sent as <c>attachment</c> in
    /// <c>Content-Disposition</c>, with the stored file name. The default is <see cref="DefaultInlineContentTypes"/>.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to <see langword="null"/>.</exception>
    public IReadOnlyList<string> InlineContentTypes
    {
        get => _inlineContentTypes;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _inlineContentTypes = [.. value];
        }
    }

    /// <summary>
    /// The content type of the answer. The default is the object's, or <c>application/octet-stream</c> where it has none.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// The content disposition of the answer, as <see cref="ContentDispositions"/> makes it. It is the application's decision, so it also
    /// holds for types that are not on <see cref="InlineContentTypes"/>. The default is the object's.
    /// </summary>
    public string? ContentDisposition { get; init; }

    /// <summary>
    /// The name under which a browser saves the object. It can be in any language. The answer is then an attachment. It is ignored when
    /// <see cref="ContentDisposition"/> is given. The default is <see langword="null"/>.
    /// </summary>
    public string? DownloadFileName { get; init; }

    /// <summary>The caching directives of the answer. The default is the object's.</summary>
    public string? CacheControl { get; init; }

    /// <summary>
    /// The <c>Content-Security-Policy</c> of the answer, or <see langword="null"/> for none. A PDF that is shown has no such header,
    /// because browsers show no PDF in a sandbox. The default is <c>sandbox</c>, under which a browser runs no script and assigns no origin
    /// to the content.
    /// </summary>
    public string? ContentSecurityPolicy { get; init; } = "sandbox";

    /// <inheritdoc/>
    public bool Equals(ObjectResultOptions? other) =>
        other is not null
        && InlineContentTypes.SequenceEqual(other.InlineContentTypes, StringComparer.Ordinal)
        && (ContentType, ContentDisposition, DownloadFileName) == (other.ContentType, other.ContentDisposition, other.DownloadFileName)
        && (CacheControl, ContentSecurityPolicy) == (other.CacheControl, other.ContentSecurityPolicy);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(
        InlineContentTypes.Count, ContentType, ContentDisposition, DownloadFileName, CacheControl, ContentSecurityPolicy);
}
