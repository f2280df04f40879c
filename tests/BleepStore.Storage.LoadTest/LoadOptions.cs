using System.Globalization;

namespace BleepStore.Storage.LoadTest;

/// <summary>The load for a store.</summary>
/// <param name="Store"><c>cloud</c>, a backend in memory that behaves as a cloud does and keeps nothing, or <c>local</c>.</param>
/// <param name="Source">
/// <c>sequential</c>, which can be read once, <c>seekable</c>, or <c>waiting</c>, which can be read once and is never ready at once.
/// </param>
/// <param name="Puts">How many puts run at a time.</param>
/// <param name="Size">How many bytes each has.</param>
/// <param name="Folder">Where <c>local</c> keeps them.</param>
public sealed record LoadOptions(string Store, string Source, int Puts, long Size, string Folder)
{
    /// <summary>How to call the program.</summary>
    public const string Usage =
        "Options: --store cloud|local (cloud), --source sequential|seekable|waiting (sequential), --puts N (3000), --mib N (9), "
        + "--folder PATH (the temporary folder)";

    /// <returns><see langword="null"/> for arguments that make no sense.</returns>
    public static LoadOptions? TryParse(string[] arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            given[arguments[i].TrimStart('-')] = arguments[i + 1];
        }

        string store = given.GetValueOrDefault("store", "cloud");
        string source = given.GetValueOrDefault("source", "sequential");
        bool isKnown = store is "cloud" or "local" && source is "sequential" or "seekable" or "waiting";
        return arguments.Length % 2 == 0 && isKnown && !given.Keys.Except(["store", "source", "puts", "mib", "folder"]).Any()
            ? new LoadOptions(
                store, source, Number("puts", 3000), Number("mib", 9) * 1024L * 1024, given.GetValueOrDefault("folder", Path.GetTempPath()))
            : null;

        int Number(string name, int otherwise) =>
            given.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
