using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace BleepStore.Storage.Gcp.TestServer.Tests;

/// <summary>Signs as the pages say ("Canonical requests", "Signatures"), without the SDK and without the server's own code.</summary>
internal sealed class PlainSigner : IDisposable
{
    public const string Account = "signer@project.iam.gserviceaccount.com";

    private readonly RSA _key = RSA.Create(2048);

    /// <summary>When it signs. The default is the time of the machine.</summary>
    public DateTimeOffset Now { get; init; } = DateTimeOffset.UtcNow;

    public IReadOnlyDictionary<string, string> Keys =>
        new Dictionary<string, string>(StringComparer.Ordinal) { [Account] = _key.ExportSubjectPublicKeyInfoPem() };

    private string Date => Now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private string Scope => $"{Now.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}/auto/storage/goog4_request";

    /// <returns>The path and the query.</returns>
    public string Sign(
        string method,
        string name,
        int seconds = 60,
        IEnumerable<(string Name, string Value)>? headers = null,
        IEnumerable<(string Name, string Value)>? query = null,
        string account = Account)
    {
        (string Name, string Value)[] all = [.. headers ?? [], ("host", "127.0.0.1")];
        (string Name, string Value)[] signed = [.. all.OrderBy(static header => header.Name, StringComparer.Ordinal)];
        string names = string.Join(';', signed.Select(static header => header.Name));
        (string Name, string Value)[] parameters =
        [
            .. query ?? [],
            ("X-Goog-Algorithm", "GOOG4-RSA-SHA256"),
            ("X-Goog-Credential", $"{account}/{Scope}"),
            ("X-Goog-Date", Date),
            ("X-Goog-Expires", seconds.ToString(CultureInfo.InvariantCulture)),
            ("X-Goog-SignedHeaders", names),
        ];
        string path = $"/{PlainClient.Bucket}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";
        string canonicalQuery = string.Join('&', parameters
            .Select(static parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}")
            .Order(StringComparer.Ordinal));
        string canonical = $"{method}\n{path}\n{canonicalQuery}\n"
            + string.Concat(signed.Select(static header => $"{header.Name}:{header.Value}\n"))
            + $"\n{names}\nUNSIGNED-PAYLOAD";
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        return $"{path}?{canonicalQuery}&X-Goog-Signature={Signature($"GOOG4-RSA-SHA256\n{Date}\n{Scope}\n{hash}")}";
    }

    /// <summary>The fields of a form, without the key, whose policy has conditions besides those of the signature.</summary>
    public Dictionary<string, string> SignForm(int seconds, params JsonNode[] conditions)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["x-goog-algorithm"] = "GOOG4-RSA-SHA256",
            ["x-goog-credential"] = $"{Account}/{Scope}",
            ["x-goog-date"] = Date,
        };
        var policy = new JsonObject
        {
            ["expiration"] = Now.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["conditions"] = new JsonArray([.. conditions, .. fields.Select(static field => new JsonObject { [field.Key] = field.Value })]),
        };
        fields["policy"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(policy.ToJsonString()));
        fields["x-goog-signature"] = Signature(fields["policy"]);
        return fields;
    }

    public void Dispose() => _key.Dispose();

    private string Signature(string text) =>
        Convert.ToHexStringLower(_key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}
