using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>Signatures of URLs and forms computed a second time, as a server does it, and not with the SDK's code.</summary>
/// <remarks>
/// Source: "Authenticating Requests" (Using Query Parameters, AWS Signature Version 4) and "POST Policy", Amazon S3 API Reference.
/// </remarks>
internal static partial class SignatureVersion4
{
    private const string Signature = "X-Amz-Signature";

    /// <summary>The signature that a URL must have.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="url">The URL as it is sent.</param>
    /// <param name="headers">The headers of the request but <c>Host</c>.</param>
    /// <param name="secret">The secret of the access key.</param>
    public static string OfUrl(string method, string url, IReadOnlyDictionary<string, string> headers, string secret)
    {
        Dictionary<string, string> query = QueryOf(url);
        string[] scope = query["X-Amz-Credential"].Split('/')[1..];
        string path = string.Join('/', PathOf(url).Split('/').Select(static segment => Encode(Decode(segment))));
        string parameters = string.Join('&', query
            .Where(static pair => pair.Key != Signature)
            .Select(static pair => $"{Encode(pair.Key)}={Encode(pair.Value)}")
            .Order(StringComparer.Ordinal));
        var all = new Dictionary<string, string>(headers, StringComparer.OrdinalIgnoreCase) { ["host"] = HostOf(url) };
        string[] names = query["X-Amz-SignedHeaders"].Split(';');
        string bound = string.Concat(names.Select(name => $"{name}:{Spaces().Replace(all[name].Trim(), " ")}\n"));
        string request = $"{method}\n{path}\n{parameters}\n{bound}\n{query["X-Amz-SignedHeaders"]}\nUNSIGNED-PAYLOAD";
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        return OfText($"AWS4-HMAC-SHA256\n{query["X-Amz-Date"]}\n{string.Join('/', scope)}\n{digest}", scope, secret);
    }

    /// <summary>The signature that a form must have.</summary>
    /// <param name="policy">The policy in Base64, which is what is signed.</param>
    /// <param name="credential">The access key and the scope.</param>
    /// <param name="secret">The secret of the access key.</param>
    public static string OfForm(string policy, string credential, string secret) => OfText(policy, credential.Split('/')[1..], secret);

    /// <summary>The parameters of a URL as a server reads them, where a plus sign is a space.</summary>
    public static Dictionary<string, string> QueryOf(string url) => url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&')
        .Select(static pair => pair.Replace('+', ' ').Split('=', 2))
        .ToDictionary(static pair => Decode(pair[0]), static pair => Decode(pair[1]), StringComparer.Ordinal);

    private static string OfText(string text, string[] scope, string secret)
    {
        byte[] key = scope.Aggregate(
            Encoding.UTF8.GetBytes("AWS4" + secret), static (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private static string HostOf(string url) => url.Split('/')[2];

    private static string PathOf(string url) => "/" + url.Split('?')[0].Split('/', 4)[3];

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    private static string Encode(string text) => Uri.EscapeDataString(text);

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
