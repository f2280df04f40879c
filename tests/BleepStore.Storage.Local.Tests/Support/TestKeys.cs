using System.Reflection;
using System.Text.Json;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>The keys that every backend must store, from the conformance suite.</summary>
internal static class TestKeys
{
    public static IReadOnlyList<string> All { get; } = Load();

    private static string[] Load()
    {
        using Stream stream = Assembly.Load("BleepStore.Storage.Conformance").GetManifestResourceStream("keys.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("valid").EnumerateArray().Select(static item => item.GetProperty("key").GetString()!)];
    }
}
