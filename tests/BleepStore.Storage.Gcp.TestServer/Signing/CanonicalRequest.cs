using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using BleepStore.Storage.Gcp.TestServer.Http;

namespace BleepStore.Storage.Gcp.TestServer.Signing;

/// <summary>A request in the one form in which it is signed ("Canonical requests").</summary>
internal static partial class CanonicalRequest
{
    public const string PayloadHeader = "x-goog-content-sha256";

    private const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>
    /// Path and query are escaped anew, so it does not matter how a client escaped what needs no escape. The page does not tell.
    /// </summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="host">The host.</param>
    /// <param name="request">The request.</param>
    /// <param name="signedHeaders">The names of the headers, in lower case and in order.</param>
    /// <returns>The hash of the canonical request, as hexadecimal digits.</returns>
    public static string Hash(string method, string host, GcsRequest request, IReadOnlyList<string> signedHeaders)
    {
        var text = new StringBuilder();
        text.Append(method).Append('\n');
        text.Append('/').AppendJoin('/', request.Segments.Select(Uri.EscapeDataString)).Append('\n');
        text.AppendJoin('&', Query(request)).Append('\n');
        foreach (string name in signedHeaders)
        {
            text.Append(name).Append(':').Append(name == "host" ? host : Value(request.Header(name)!)).Append('\n');
        }

        text.Append('\n').AppendJoin(';', signedHeaders).Append('\n');
        text.Append(signedHeaders.Contains(PayloadHeader) ? request.Header(PayloadHeader) : UnsignedPayload);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IEnumerable<string> Query(GcsRequest request) => request.Parameters
        .Where(static parameter => !parameter.Name.Equals(SignedUrl.SignatureParameter, StringComparison.OrdinalIgnoreCase))
        .Select(static parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}")
        .Order(StringComparer.Ordinal);

    private static string Value(string header) => Whitespace().Replace(header.Trim(), " ");

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Whitespace();
}
