using System.Buffers;
using System.Net;

namespace BleepStore.Storage.Checks;

/// <summary>S3's rules for bucket names ("Bucket naming rules", Amazon S3 User Guide).</summary>
internal static class BucketNames
{
    private const int MaximumLength = 63;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Fault(name) is { } fault)
        {
            throw new StorageException(StorageErrorCode.InvalidBucketName, $"The bucket name '{name}' {fault}.");
        }
    }

    /// <summary>
    /// Returns whether a name can begin so. A text that no name holds is not sent to an upstream, which could take it for something else.
    /// </summary>
    public static bool CanBegin(string prefix) => prefix.Length <= MaximumLength && !prefix.AsSpan().ContainsAnyExcept(Allowed);

    public static string? Fault(string name)
    {
        if (name.Length is < 3 or > MaximumLength)
        {
            return $"has {name.Length} characters, but it needs 3 to 63";
        }

        if (name.AsSpan().ContainsAnyExcept(Allowed))
        {
            return "must have only lower-case letters, digits, hyphens and dots";
        }

        if (!char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return "must begin and end with a letter or digit";
        }

        if (name.Contains("..", StringComparison.Ordinal))
        {
            return "has two dots in a row";
        }

        if (name.Count(static c => c == '.') == 3 && IPAddress.TryParse(name, out _))
        {
            return "looks like an IP address";
        }

        if (name.StartsWith("xn--", StringComparison.Ordinal)
            || name.StartsWith("sthree-", StringComparison.Ordinal)
            || name.StartsWith("amzn-s3-demo-", StringComparison.Ordinal))
        {
            return "begins with a prefix that S3 reserves";
        }

        if (name.EndsWith("-s3alias", StringComparison.Ordinal) || name.EndsWith("--ol-s3", StringComparison.Ordinal)
            || name.EndsWith(".mrap", StringComparison.Ordinal) || name.EndsWith("--x-s3", StringComparison.Ordinal)
            || name.EndsWith("--table-s3", StringComparison.Ordinal))
        {
            return "ends with a suffix that S3 reserves";
        }

        return null;
    }
}
