using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BleepStore.Storage.Gcp.TestServer.State;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace BleepStore.Storage.Gcp.TestServer.Http;

/// <summary>
/// A parsed request, by "Encoding URI path parts". A slash in a name is <c>%2F</c>, so the raw target counts, and not Kestrel's result.
/// </summary>
internal sealed class GcsRequest
{
    /// <summary>"Standard query parameters" that change nothing here.</summary>
    private static readonly string[] Standard = ["alt", "key", "prettyPrint", "quotaUser", "userIp", "$.xgafv", "userProject"];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public GcsRequest(HttpContext context)
    {
        Http = context;
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? target : target[..question];
        Segments = [.. path.Split('/')[1..].Select(Unescape)];
        Parameters = question < 0 ? [] : [.. target[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Parameter)];
        Query = QueryHelpers.ParseQuery(question < 0 ? "" : target[question..])
            .ToDictionary(static entry => entry.Key, static entry => entry.Value.ToString(), StringComparer.Ordinal);
    }

    public HttpContext Http { get; }

    public string Method => Http.Request.Method;

    public CancellationToken Aborted => Http.RequestAborted;

    public IReadOnlyList<string> Segments { get; }

    public IReadOnlyDictionary<string, string> Query { get; }

    /// <summary>The parameters in the order in which they came, also those that came twice.</summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; }

    public string? this[string parameter] => Query.TryGetValue(parameter, out string? value) ? value : null;

    public string? Header(string name) => Http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>Parameters that an operation does not support are not ignored.</summary>
    public void AllowOnly(params IEnumerable<string> parameters)
    {
        if (Query.Keys.Except(Standard).Except(parameters).FirstOrDefault() is { } unknown)
        {
            throw GcsError.NotModelled($"the parameter '{unknown}' of this operation");
        }
    }

    public long? Number(string parameter)
    {
        if (this[parameter] is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw GcsError.Invalid($"Invalid value '{text}' for the parameter '{parameter}'.");
    }

    public bool Flag(string parameter) => this[parameter] switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw GcsError.Invalid($"Invalid value '{other}' for the parameter '{parameter}'."),
    };

    public async Task<byte[]> ReadBodyAsync()
    {
        var bytes = new MemoryStream();
        await Http.Request.Body.CopyToAsync(bytes, Aborted);
        return bytes.ToArray();
    }

    /// <summary>A body that becomes an object's.</summary>
    public Task<Content> ReadContentAsync() => Content.ReadAsync(Http.Request.Body, Aborted);

    /// <returns>The body as an object; an empty one when there is none.</returns>
    public async Task<JsonObject> ReadJsonAsync() => ParseJson(await ReadBodyAsync());

    public static JsonObject ParseJson(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(bytes) as JsonObject ?? throw new GcsError(400, "parseError", "Parse Error: the body is no object.");
        }
        catch (JsonException)
        {
            throw new GcsError(400, "parseError", "Parse Error");
        }
    }

    private static (string Name, string Value) Parameter(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? (Uri.UnescapeDataString(text), "")
            : (Uri.UnescapeDataString(text[..equals]), Uri.UnescapeDataString(text[(equals + 1)..]));
    }

    private static string Unescape(string segment)
    {
        var bytes = new List<byte>(segment.Length);
        for (int at = 0; at < segment.Length; at++)
        {
            bool isEscape = segment[at] == '%'
                && at + 2 < segment.Length
                && char.IsAsciiHexDigit(segment[at + 1])
                && char.IsAsciiHexDigit(segment[at + 2]);
            bytes.Add(isEscape
                ? byte.Parse(segment.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                : (byte)segment[at]);
            at += isEscape ? 2 : 0;
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw GcsError.Invalid("The path is not UTF-8.");
        }
    }
}
