using System.ComponentModel;
using System.Diagnostics;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>Programs of this machine that tests need and that need not be there.</summary>
internal static class Tools
{
    /// <summary>The folder with what starts servers.</summary>
    public static string Emulators { get; } = Path.Combine(RepositoryFolder.Find("tests"), "emulators");

    public static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a program to its end.</summary>
    /// <returns>The output.</returns>
    public static async Task<string> RunAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        (int code, string output, string errors) = await TryRunAsync(file, arguments, environment);
        return code == 0 ? output : throw new InvalidOperationException($"{file} ended with {code}: {errors} {output}");
    }

    public static async Task<(int Code, string Output, string Errors)> TryRunAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, errors);
        }
        catch (Win32Exception missing)
        {
            return (-1, "", missing.Message);
        }
    }
}
