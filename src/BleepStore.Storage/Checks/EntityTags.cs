using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace BleepStore.Storage.Checks;

/// <summary>Single ETags as callers give them, with or without quotes.</summary>
internal static class EntityTags
{
    /// <summary>The beginning of a weak ETag.</summary>
    public const string Weak = "W/";

    /// <summary>Takes the quotes off one strong ETag.</summary>
    [return: NotNullIfNotNull(nameof(etag))]
    public static string? Normalize(string? etag, [CallerArgumentExpression(nameof(etag))] string? parameter = null)
    {
        if (etag is null)
        {
            return null;
        }

        if (etag.StartsWith(Weak, StringComparison.Ordinal))
        {
            throw new ArgumentException("A weak ETag (W/) cannot be compared byte for byte. Use the strong one.", parameter);
        }

        string bare = etag.Length >= 2 && etag[0] == '"' && etag[^1] == '"' ? etag[1..^1] : etag;
        if (!OpaqueStrings.IsValid(bare))
        {
            throw new ArgumentException($"An ETag is {OpaqueStrings.Rule}. One pair of quotes may enclose it.", parameter);
        }

        return bare;
    }
}
