using System.Buffers.Text;
using System.Text;
using BleepStore.Storage.Gcp.TestServer.Http;

namespace BleepStore.Storage.Gcp.TestServer.Operations;

/// <summary>Pages. A token is what was listed last, in a form that nobody takes for a name.</summary>
internal static class Paging
{
    /// <summary>
    /// The smaller of maxResults and 1,000 ("Objects: list"). The page does not define 0. An empty page would never end, so it is refused.
    /// </summary>
    public static int Size(GcsRequest request, int limit) => request.Number("maxResults") switch
    {
        null => limit,
        0 => throw GcsError.Invalid("Invalid value '0' for the parameter 'maxResults'."),
        { } asked => (int)Math.Min(asked, limit),
    };

    public static string Token(string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes("after:" + last));

    public static string? After(GcsRequest request)
    {
        if (request["pageToken"] is not { Length: > 0 } token)
        {
            return null;
        }

        string text = Base64Url.IsValid(token) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) : "";
        return text.StartsWith("after:", StringComparison.Ordinal)
            ? text["after:".Length..]
            : throw GcsError.Invalid("Invalid page token.");
    }
}
