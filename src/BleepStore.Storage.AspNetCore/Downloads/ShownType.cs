using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.AspNetCore.Downloads;

/// <summary>A content type, and whether a browser may show content of this type.</summary>
/// <param name="ContentType">
/// The type that is sent. <see langword="null"/> for none and for a malformed one, which browsers read differently.
/// </param>
/// <param name="IsInline">Whether a browser may show it.</param>
/// <param name="IsPdf">Whether it is a PDF.</param>
internal readonly record struct ShownType(string? ContentType, bool IsInline, bool IsPdf)
{
    private const string Pdf = "application/pdf";
    private const string Xml = "xml";
    private const string AnySubtype = "/*";

    public static ShownType Of(string? contentType, IReadOnlyList<string> inline)
    {
        if (ObjectHeaders.Printable(contentType) is not { } text || !MediaTypeHeaderValue.TryParse(text, out MediaTypeHeaderValue? parsed))
        {
            return default;
        }

        string type = parsed.MediaType.Value!;
        bool isXml = parsed.Suffix.Equals(Xml, StringComparison.OrdinalIgnoreCase)
            || parsed.SubType.Equals(Xml, StringComparison.OrdinalIgnoreCase);
        bool isInline = inline.Any(allowed =>
            type.Equals(allowed, StringComparison.OrdinalIgnoreCase)
            || (!isXml
                && allowed.EndsWith(AnySubtype, StringComparison.Ordinal)
                && type.StartsWith(allowed[..^1], StringComparison.OrdinalIgnoreCase)));
        return new ShownType(text, isInline, type.Equals(Pdf, StringComparison.OrdinalIgnoreCase));
    }
}
