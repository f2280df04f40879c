using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>The answer.</summary>
internal sealed record PlainAnswer(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonObject Json => JsonNode.Parse(Bytes)!.AsObject();

    /// <summary>The status and the reason of a refusal, such as <c>412 conditionNotMet</c>.</summary>
    public string Refusal => $"{Status} {(string?)Json["error"]?["errors"]?[0]?["reason"]}";

    /// <summary>The status and the code of a refusal by the XML API, such as <c>403 AccessDenied</c>.</summary>
    public string XmlRefusal => $"{Status} {(Bytes.Length == 0 ? "" : XDocument.Parse(Text).Root!.Element("Code")!.Value)}";

    public string? this[string header] => Headers.TryGetValue(header, out string? value) ? value : null;

    public static async Task<PlainAnswer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsByteArrayAsync(),
        response.Headers.Concat(response.Content.Headers)
            .ToDictionary(static header => header.Key, static header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
}
