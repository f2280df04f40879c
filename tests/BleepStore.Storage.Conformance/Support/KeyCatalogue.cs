using System.Text.Json;

namespace BleepStore.Storage.Conformance.Support;

/// <summary>The keys that every backend must store, and those that none may (<c>keys.json</c>).</summary>
public static class KeyCatalogue
{
    private static readonly JsonElement Root = Load();

    /// <summary>Keys to be stored.</summary>
    public static IReadOnlyList<KeyCase> Valid { get; } =
    [
        .. Root.GetProperty("valid").EnumerateArray().Select(static entry =>
            new KeyCase(entry.GetProperty("name").GetString()!, entry.GetProperty("key").GetString()!)),
    ];

    /// <summary>Keys of more UTF-8 bytes than any backend stores.</summary>
    public static IReadOnlyList<string> TooLong { get; } = [.. Texts("tooLong")];

    /// <summary>Texts that are no keys, because they are empty or not valid Unicode.</summary>
    public static IReadOnlyList<string> NotText { get; } = [.. Texts("notText")];

    /// <summary><see cref="Valid"/> as the cases of a test.</summary>
    public static IEnumerable<TestCaseData> ValidCases() =>
        Valid.Select(static entry => new TestCaseData(entry).SetArgDisplayNames(entry.Name));

    private static IEnumerable<string> Texts(string list) =>
        Root.GetProperty(list).GetProperty("keys").EnumerateArray().Select(static entry => Unescape(entry.GetRawText()));

    /// <summary>Lone surrogates cannot be had from the JSON reader, so these lists are unescaped by hand.</summary>
    private static string Unescape(string raw) => System.Text.RegularExpressions.Regex.Replace(
        raw[1..^1],
        @"\\u([0-9a-fA-F]{4})",
        static match => ((char)Convert.ToUInt16(match.Groups[1].Value, 16)).ToString());

    private static JsonElement Load()
    {
        using Stream stream = typeof(KeyCatalogue).Assembly.GetManifestResourceStream("keys.json")
            ?? throw new InvalidOperationException("keys.json is not in the assembly.");
        return JsonDocument.Parse(stream).RootElement;
    }
}
