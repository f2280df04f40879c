using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace BleepStore.Storage.AspNetCore.Requests;

/// <summary>
/// Reads the key from the path of a request. Servers keep <c>%2F</c> in a path and decode everything else, so <c>a%2Fb</c> and
/// <c>a%252Fb</c> look alike afterwards. The request line tells them apart.
/// </summary>
internal static class RequestKey
{
    /// <summary>The name of the route's last parameter.</summary>
    public const string Parameter = "key";

    private const string Slash = "%2F";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the route of the request ends with the parameter of the key, which is a whole segment or all the rest.</summary>
    public static bool IsLast(HttpContext context) => context.GetEndpoint() is RouteEndpoint endpoint
        ? endpoint.RoutePattern.PathSegments is [.., { Parts: [RoutePatternParameterPart { Name: var name }] }]
            && name.Equals(Parameter, StringComparison.OrdinalIgnoreCase)
        : context.Request.RouteValues.ContainsKey(Parameter);

    /// <summary>Returns the key, which can be empty.</summary>
    public static string Of(HttpContext context)
    {
        string routed = context.GetRouteValue(Parameter) as string ?? "";
        return context.GetEndpoint() is RouteEndpoint endpoint
            ? ReadRequestLine(context, endpoint.RoutePattern.PathSegments.Count) ?? routed
            : routed;
    }

    /// <summary>Whether the client has escaped a slash, which servers leave escaped in the path.</summary>
    public static bool HasEscapedSlash(HttpContext context) =>
        context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target
        && PathOf(target) is { } path
        && path.Contains(Slash, StringComparison.OrdinalIgnoreCase);

    /// <param name="context">The request.</param>
    /// <param name="segments">How many segments the pattern has. The key begins with the last segment.</param>
    /// <returns>
    /// <see langword="null"/> where the request line has another path, because the path was normalised or a middleware has rewritten it.
    /// </returns>
    private static string? ReadRequestLine(HttpContext context, int segments)
    {
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { Length: > 0 } target || PathOf(target) is not { } path)
        {
            return null;
        }

        string pathBase = context.Request.PathBase.Value ?? "";
        string[] sent = path.Split('/');
        string[] decoded = (pathBase + context.Request.Path.Value).Split('/');
        int first = pathBase.AsSpan().Count('/') + segments;
        if (sent.Length != decoded.Length || first > sent.Length)
        {
            return null;
        }

        for (int at = 0; at < sent.Length; at++)
        {
            if (AsServersDecode(sent[at]) != decoded[at])
            {
                return null;
            }
        }

        return string.Join('/', sent[first..].Select(Decode));
    }

    private static string? PathOf(string target)
    {
        string path = target.Split('?', 2)[0];
        if (path.StartsWith('/'))
        {
            return path;
        }

        // The absolute form for proxies, as in http://host/path.
        int host = path.IndexOf("://", StringComparison.Ordinal);
        int start = host < 0 ? -1 : path.IndexOf('/', host + 3);
        return start < 0 ? null : path[start..];
    }

    private static string? AsServersDecode(string segment)
    {
        var decoded = new StringBuilder();
        for (int start = 0; ;)
        {
            int slash = segment.IndexOf(Slash, start, StringComparison.OrdinalIgnoreCase);
            if (Decode(slash < 0 ? segment[start..] : segment[start..slash]) is not { } piece)
            {
                return null;
            }

            decoded.Append(piece);
            if (slash < 0)
            {
                return decoded.ToString();
            }

            decoded.Append(segment, slash, Slash.Length);
            start = slash + Slash.Length;
        }
    }

    /// <returns><see langword="null"/> for text that is no escaped UTF-8.</returns>
    private static string? Decode(string segment)
    {
        if (!segment.Contains('%', StringComparison.Ordinal) || !Ascii.IsValid(segment))
        {
            return Ascii.IsValid(segment) ? segment : null;
        }

        var bytes = new ArrayBufferWriter<byte>(segment.Length);
        Span<byte> one = stackalloc byte[1];
        for (int at = 0; at < segment.Length; at++)
        {
            if (segment[at] == '%'
                && at + 2 < segment.Length
                && Convert.FromHexString(segment.AsSpan(at + 1, 2), one, out _, out _) == OperationStatus.Done)
            {
                bytes.Write(one);
                at += 2;
            }
            else
            {
                bytes.Write([(byte)segment[at]]);
            }
        }

        try
        {
            return Strict.GetString(bytes.WrittenSpan);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
