namespace BleepStore.Storage;

/// <summary>
/// The headers with which an object is sent. Stored content can be hostile: a page that somebody uploaded would run its scripts under the
/// application's origin. Every answer has <c>X-Content-Type-Options: nosniff</c>, a browser saves what is not on
/// <see cref="InlineContentTypes"/>, and what it shows is shown in a sandbox. Immutable and thread-safe.
/// </summary>
public sealed record ObjectResultOptions
{
    private readonly IReadOnlyList<string> _inlineContentTypes = DefaultInlineContentTypes;

    /// <summary>
    /// The default of <see cref="InlineContentTypes"/>: <c>image/*</c>, <c>audio/*</c>, <c>video/*</c>, <c>text/plain</c> and
    /// <c>application/pdf</c>.
    /// </summary>
    public static IReadOnlyList<string> DefaultInlineContentTypes { get; } =
        ["image/*", "audio/*", "video/*", "text/plain", "application/pdf"];

    /// <summary>Stands behind what it is made of, because static members are made in their order.</summary>
    internal static ObjectResultOptions Default { get; } = new();

    /// <summary>
    /// The content types that a browser may show. Case and parameters do not matter. <c>image/*</c> stands for all types of that kind,
    /// apart from those in XML (<c>image/svg+xml</c>), which can hold scripts and must be named. Any other type is sent with
    /// <c>Content-Disposition: attachment</c>, under the file name that is stored. Default: <see cref="DefaultInlineContentTypes"/>.
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

    /// <summary>The content type of the answer. Default: the object's, or <c>application/octet-stream</c> where it has none.</summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// The content disposition of the answer, as <see cref="ContentDispositions"/> makes it. It is the application's decision, so it also
    /// holds for types that are not on <see cref="InlineContentTypes"/>. Default: the object's.
    /// </summary>
    public string? ContentDisposition { get; init; }

    /// <summary>
    /// The name under which a browser saves the object. Any language. The answer is an attachment then. Not looked at when
    /// <see cref="ContentDisposition"/> is given. Default: <see langword="null"/>.
    /// </summary>
    public string? DownloadFileName { get; init; }

    /// <summary>The caching directives of the answer. Default: the object's.</summary>
    public string? CacheControl { get; init; }

    /// <summary>
    /// The <c>Content-Security-Policy</c> of the answer, or <see langword="null"/> for none. A PDF that is shown gets none, because
    /// browsers show no PDF in a sandbox. Default: <c>sandbox</c>, under which a browser runs no script and gives the content no origin.
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
