using System.Text;
using System.Xml.Linq;

namespace BleepStore.Storage.Gcp.Tests.Support;

/// <summary>The answer.</summary>
internal sealed record SentAnswer(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The status, and the code of a refusal, such as <c>403 AccessDenied</c>.</summary>
    public string Result => Status < 300 || Bytes.Length == 0
        ? Status.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : $"{Status} {XDocument.Parse(Encoding.UTF8.GetString(Bytes)).Root!.Element("Code")!.Value}";

    public static async Task<SentAnswer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsByteArrayAsync(),
        response.Headers.Concat(response.Content.Headers)
            .ToDictionary(static header => header.Key, static header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
}
