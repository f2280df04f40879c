using System.Diagnostics;

namespace BleepStore.Storage.Tests.Shared;

/// <summary>The folder with the servers that tests run against; installs them from the lock file when they are not there yet.</summary>
internal static class Emulators
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    public static string Folder { get; } = Find();

    /// <summary>Whether npm has written the file that it writes when it is done.</summary>
    private static bool AreInstalled => File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json"));

    public static async Task InstallAsync()
    {
        // Test projects run as processes in parallel, so one of them installs while the others wait.
        await using FileStream turn = await TakeTurnAsync();

        if (AreInstalled)
        {
            return;
        }

        await TestContext.Progress.WriteLineAsync($"Installing the emulators of {Folder} (once) ...");
        await RunAsync("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
    }

    /// <summary>Skips the test, saying why, where there is no Node.js; in CI fails it.</summary>
    public static async Task RequireNodeAsync()
    {
        if (await FindNodeAsync() is { } missing)
        {
            Missing.EndTest(missing, Missing.IsCI);
        }
    }

    /// <returns>Why there is no Node.js, or nothing when there is.</returns>
    public static async Task<string?> FindNodeAsync()
    {
        string[] needed = AreInstalled ? ["node"] : ["node", "npm"];
        foreach (string program in needed)
        {
            try
            {
                await RunAsync(program, "--version");
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return $"There is no {program} on the PATH, so there is no Azurite to test against. Install Node.js 20 or later, with npm.";
            }
        }

        return null;
    }

    private static async Task<FileStream> TakeTurnAsync()
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Folder, ".installing"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(began) < InstallTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static async Task RunAsync(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors} {await output}");
        }
    }

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "tests", "emulators");
            if (File.Exists(Path.Combine(folder, "package-lock.json")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException("There is no tests/emulators above the tests' output.");
    }
}
