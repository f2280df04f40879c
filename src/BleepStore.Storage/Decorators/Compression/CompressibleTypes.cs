using System.Collections.Frozen;

namespace BleepStore.Storage.Decorators.Compression;

/// <summary>The content types that are worth compressing unless the application says otherwise.</summary>
internal static class CompressibleTypes
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "application/javascript",
        "application/json",
        "application/sql",
        "application/wasm",
        "application/x-javascript",
        "application/x-ndjson",
        "application/xml",
        "application/yaml",
        "font/otf",
        "font/ttf",
        "image/bmp",
        "image/vnd.microsoft.icon");

    /// <param name="type">A content type without parameters, in lower case.</param>
    public static bool Contain(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal)
        || type.EndsWith("+json", StringComparison.Ordinal)
        || type.EndsWith("+xml", StringComparison.Ordinal)
        || Known.Contains(type);

    /// <summary>Returns a content type without parameters, in lower case.</summary>
    public static string BareType(string contentType)
    {
        int end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
    }
}
