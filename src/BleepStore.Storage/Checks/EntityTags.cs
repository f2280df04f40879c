using System.Runtime.CompilerServices;

namespace BleepStore.Storage.Checks;

/// <summary>ETags as callers give them: quotes are taken off, weak ones refused.</summary>
internal static class EntityTags
{
    public static string? Normalize(string? etag, [CallerArgumentExpression(nameof(etag))] string? parameter = null)
    {
        if (etag is null)
        {
            return null;
        }

        if (etag.StartsWith("W/", StringComparison.Ordinal))
        {
            throw new ArgumentException("A weak ETag (W/) cannot be compared byte for byte. Give the strong one.", parameter);
        }

        string bare = etag.Length >= 2 && etag[0] == '"' && etag[^1] == '"' ? etag[1..^1] : etag;
        if (!OpaqueStrings.IsValid(bare))
        {
            throw new ArgumentException($"An ETag is {OpaqueStrings.Rule}. One pair of quotes may enclose it.", parameter);
        }

        return bare;
    }

    /// <summary>The only thing a write can ask with If-None-Match: that nothing is there.</summary>
    public static bool IsAny(string? ifNoneMatch, [CallerArgumentExpression(nameof(ifNoneMatch))] string? parameter = null) => ifNoneMatch switch
    {
        null => false,
        "*" => true,
        _ => throw new ArgumentException("A write takes only \"*\" as IfNoneMatch: create, do not overwrite.", parameter),
    };
}
