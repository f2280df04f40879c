using System.Globalization;

namespace BleepStore.Storage.Gcp.TestServer.Signing;

/// <summary>
/// The account and the scope of a signature ("Signatures", Credential scope), as in <c>account/20190201/auto/storage/goog4_request</c>.
/// </summary>
internal sealed record CredentialScope(string Account, string Text)
{
    public const string Algorithm = "GOOG4-RSA-SHA256";

    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <exception cref="GcsError">400 when it is invalid, or has another day than the signature.</exception>
    public static CredentialScope Read(string credential, string date)
    {
        string[] parts = credential.Split('/');
        return parts is [var account, var day, { Length: > 0 }, "storage", "goog4_request"]
            && date.StartsWith(day + "T", StringComparison.Ordinal)
            ? new CredentialScope(account, string.Join('/', parts[1..]))
            : throw GcsError.Xml(400, "InvalidArgument", "Invalid argument.", "The credential has another scope or another day.");
    }

    /// <exception cref="GcsError">400 when it is no time.</exception>
    public static DateTimeOffset ReadTime(string date) =>
        DateTimeOffset.TryParseExact(
            date, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw GcsError.Xml(400, "InvalidArgument", "Invalid argument.", $"The date '{date}' is not ISO 8601 in its basic form.");

    /// <exception cref="GcsError">501, because HMAC keys are not modelled.</exception>
    public static void RequireAlgorithm(string algorithm)
    {
        if (algorithm != Algorithm)
        {
            throw GcsError.NotModelled($"the algorithm '{algorithm}'");
        }
    }
}
