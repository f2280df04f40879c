using System.Globalization;
using BleepStore.Storage.Gcp.TestServer.Http;

namespace BleepStore.Storage.Gcp.TestServer.Signing;

/// <summary>Checks signed URLs ("Signed URLs", "V4 signing process with your own program").</summary>
internal sealed class SignedUrl(SigningKeys keys, TimeProvider time)
{
    public const string SignatureParameter = "X-Goog-Signature";

    private const string Algorithm = "X-Goog-Algorithm";
    private const string Credential = "X-Goog-Credential";
    private const string Date = "X-Goog-Date";
    private const string Expires = "X-Goog-Expires";
    private const string SignedHeaders = "X-Goog-SignedHeaders";
    private const int LongestSeconds = 7 * 24 * 60 * 60;
    private const string ExtensionPrefix = "x-goog-";

    /// <summary>How far the clock of who signs may be ahead ("Signatures": a date up to 15 minutes ahead).</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    /// <summary>The parameters of the signature.</summary>
    public static string[] Parameters => [Algorithm, Credential, Date, Expires, SignedHeaders, SignatureParameter];

    public static bool IsSigned(GcsRequest request) => Find(request, SignatureParameter).Length > 0;

    /// <exception cref="GcsError">The URL has expired, or the request is not the one that was signed.</exception>
    public void Verify(GcsRequest request)
    {
        if (!IsSigned(request))
        {
            throw GcsError.AccessDenied("Anonymous caller does not have access to the object.");
        }

        CredentialScope.RequireAlgorithm(Require(request, Algorithm));
        string date = Require(request, Date);
        var scope = CredentialScope.Read(Require(request, Credential), date);
        string[] headers = Require(request, SignedHeaders).Split(';');
        RequireHeaders(request, headers);

        // A URL for GET also allows HEAD ("Signed URLs").
        string[] methods = request.Method == "HEAD" ? ["HEAD", "GET"] : [request.Method];
        string[] hosts = [request.Http.Request.Host.Value!, request.Http.Request.Host.Host];
        RequireOneOf(
            [.. methods.SelectMany(method => hosts.Distinct().Select(host =>
                $"{CredentialScope.Algorithm}\n{date}\n{scope.Text}\n{CanonicalRequest.Hash(method, host, request, headers)}"))],
            scope.Account,
            Require(request, SignatureParameter));

        // A time that was changed is a wrong signature, so the times are looked at last.
        RequireTime(CredentialScope.ReadTime(date), Require(request, Expires));
    }

    /// <summary>
    /// The vendor's own clients leave the port out of the host that they sign ("UrlSigner.Options.Port"). A port other than the usual one
    /// occurs with emulators only.
    /// </summary>
    private void RequireOneOf(IReadOnlyList<string> texts, string account, string signature)
    {
        for (int at = 0; at < texts.Count; at++)
        {
            try
            {
                keys.Verify(account, texts[at], signature);
                return;
            }
            catch (GcsError) when (at + 1 < texts.Count)
            {
                // One of the others may be it.
            }
        }
    }

    private void RequireTime(DateTimeOffset signedAt, string expires)
    {
        if (!int.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds is < 1 or > LongestSeconds)
        {
            throw GcsError.Xml(400, "InvalidArgument", "Invalid argument.", $"{Expires} must be 1 to {LongestSeconds}.");
        }

        DateTimeOffset now = time.GetUtcNow();
        if (signedAt > now + Skew)
        {
            throw GcsError.Xml(403, "RequestTimeTooSkewed", "The signature is of a time that is too far ahead.");
        }

        if (now >= signedAt.AddSeconds(seconds))
        {
            throw GcsError.Xml(400, "ExpiredToken", "The provided token has expired.", $"It expired at {signedAt.AddSeconds(seconds):O}");
        }
    }

    /// <summary>
    /// "Canonical requests", Required headers. A signed header that is missing is answered with this code; of an extension header that was
    /// not signed the pages tell that it is not allowed, and no code.
    /// </summary>
    private static void RequireHeaders(GcsRequest request, string[] signed)
    {
        IEnumerable<string> ordered = signed.Select(static name => name.ToLowerInvariant()).Order(StringComparer.Ordinal);
        if (!signed.Contains("host") || !signed.SequenceEqual(ordered))
        {
            throw Malformed("The signed headers lack the host, or are not in order.");
        }

        foreach (string name in signed.Where(name => name != "host" && request.Header(name) is null))
        {
            throw Malformed($"Header was included in signedheaders, but not in the request: {name}");
        }

        foreach (string name in request.Http.Request.Headers.Keys.Except(signed, StringComparer.OrdinalIgnoreCase))
        {
            if (name.StartsWith(ExtensionPrefix, StringComparison.OrdinalIgnoreCase))
            {
                throw GcsError.AccessDenied($"The header {name} is in the request, but was not signed.");
            }
        }
    }

    private static GcsError Malformed(string details) =>
        GcsError.Xml(400, "MalformedSecurityHeader", "Your request has a malformed header.", details);

    private static string Require(GcsRequest request, string name) => Find(request, name) is [var only]
        ? only
        : throw GcsError.Xml(400, "InvalidArgument", "Invalid argument.", $"The parameter {name} must be there once.");

    private static string[] Find(GcsRequest request, string name) =>
    [
        .. request.Parameters
            .Where(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(static parameter => parameter.Value),
    ];
}
