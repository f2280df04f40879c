using System.Text.RegularExpressions;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// Takes out of a server's sentence what it repeats of a request's credential: access key ids, session tokens, signatures. Some servers
/// quote the whole <c>Authorization</c> header.
/// </summary>
internal static partial class Redaction
{
    private const string Hidden = "…";

    public static string Apply(string text) => Bare().Replace(Named().Replace(text, $"${{name}}={Hidden}"), Hidden);

    /// <summary>What follows its name, as in the header and in the query of presigned URLs.</summary>
    [GeneratedRegex("""(?<name>signature|credential|security-token|access-?key-?id)\s*[=:]\s*[^\s,;&'"<>]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    /// <summary>
    /// What shows by its form: a signature (64 digits; an MD5 has 32), and Amazon's access key ids ("IAM identifiers", AWS IAM User Guide).
    /// </summary>
    [GeneratedRegex(@"\b(?:[0-9a-f]{40,}|A[KS]IA[0-9A-Z]{12,})\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bare();
}
