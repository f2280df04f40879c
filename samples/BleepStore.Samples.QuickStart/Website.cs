namespace BleepStore.Samples.QuickStart;

/// <summary>A folder of a few small files that changes.</summary>
internal static class Website
{
    public static async Task<DirectoryInfo> CreateAsync(DirectoryInfo workspace, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = workspace.CreateSubdirectory("site");
        await WriteAsync(folder, "index.html", "<h1>Open until 17:00</h1>", cancellationToken);
        await WriteAsync(folder, "style.css", "h1 { color: teal }", cancellationToken);
        await WriteAsync(folder, "winter.html", "<h1>Closed in winter</h1>", cancellationToken);
        return folder;
    }

    /// <summary>Changes one file, adds one and deletes one. The changed file keeps its size, so only its bytes tell.</summary>
    public static async Task ChangeAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        await WriteAsync(folder, "index.html", "<h1>Open until 18:00</h1>", cancellationToken);
        await WriteAsync(folder, "summer.html", "<h1>Open all summer</h1>", cancellationToken);
        File.Delete(Path.Combine(folder.FullName, "winter.html"));
    }

    private static Task WriteAsync(DirectoryInfo folder, string name, string text, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text, cancellationToken);
}
