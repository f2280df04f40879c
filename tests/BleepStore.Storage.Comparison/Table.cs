using System.Reflection;
using System.Text;
using BleepStore.Storage.Comparison.Behaviours;
using BleepStore.Storage.Comparison.Places;

namespace BleepStore.Storage.Comparison;

/// <summary>What was observed, as a table in Markdown.</summary>
internal static class Table
{
    /// <param name="observed">The answers of each library, in the order of the behaviours.</param>
    public static string Render(IReadOnlyDictionary<PlaceKind, IReadOnlyList<string>> observed)
    {
        var text = new StringBuilder()
            .Append("| Behaviour | BleepStore.Storage (disk, Azurite) ")
            .Append($"| FluentStorage {Version(typeof(FluentStorage.StorageFactory))} (disk) ")
            .Append($"| Azure.Storage.Blobs {Version(typeof(global::Azure.Storage.Blobs.BlobClient))} (Azurite) |\n")
            .Append("|---|---|---|---|\n");
        for (int at = 0; at < Catalogue.All.Count; at++)
        {
            string local = observed[PlaceKind.Local][at];
            string azure = observed[PlaceKind.Azure][at];
            string own = local == azure ? local : $"Disk: {Lower(local)}. Azurite: {Lower(azure)}";
            text.Append($"| {Catalogue.All[at].Name} | {own} | {observed[PlaceKind.Fluent][at]} | {observed[PlaceKind.Sdk][at]} |\n");
        }

        return text.ToString();
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private static string Version(Type type)
    {
        string version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return string.Join('.', version.Split('+')[0].Split('.')[..2]);
    }
}
