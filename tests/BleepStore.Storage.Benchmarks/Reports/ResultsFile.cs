using System.Text.Json;

namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>A file with the figures of cases. Cases that are measured one after another, also by several commands, share one.</summary>
internal static class ResultsFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<IReadOnlyList<MeasuredCase>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<List<MeasuredCase>>(file, Format, cancellationToken) ?? [];
    }

    /// <summary>Adds a case. Older figures of the same case go.</summary>
    public static async Task AddAsync(string path, MeasuredCase measured, CancellationToken cancellationToken)
    {
        IReadOnlyList<MeasuredCase> old = File.Exists(path) ? await ReadAsync(path, cancellationToken) : [];
        List<MeasuredCase> all = [.. old.Where(other => other.Name != measured.Name), measured];
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(all, Format) + "\n", cancellationToken);
    }
}
