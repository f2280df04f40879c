using System.Text.RegularExpressions;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// Removes a request's credential from a server's message, such as access key ids, session tokens and signatures. Some servers quote the
/// whole <c>Authorization</c> header.
/// </summary>
internal static partial class Redaction
{
    private const string Hidden = "…";

    public static string Apply(string text) => Bare().Replace(Named().Replace(text, $"${{name}}={Hidden}"), Hidden);

    /// <summary>A value after its name, as in the header and in the query of presigned URLs.</summary>
    [GeneratedRegex(
        """(?<name>signature|credential|security-token|access-?key-?id)\s*[=:]\s*[^\s,;&'"<>]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    /// <summary>
    /// A value that is recognisable by its form. It is a signature (64 digits, while an MD5 has 32), or one of Amazon's access key ids
    /// ("IAM identifiers", AWS IAM User Guide).
    /// </summary>
    [GeneratedRegex(@"\b(?:[0-9a-f]{40,}|A[KS]IA[0-9A-Z]{12,})\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bare();
}
