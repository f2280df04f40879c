using System.Diagnostics;

namespace BleepStore.Storage.Tests.Shared.Programs;

/// <summary>
/// Runs <c>tests/BleepStore.Storage.NativeAot</c> in a process of its own. <c>.ci/long</c> compiles the program to native code first.
/// </summary>
internal static class NativeProgram
{
    /// <summary>The native file. Without it the tests run the program as the build makes it.</summary>
    private const string Variable = "BLEEPSTORE_NATIVE_AOT";

    private const string Name = "BleepStore.Storage.NativeAot";

    private static string? NativePath => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>The last line of the program when all its checks pass.</summary>
    /// <param name="backend">The name of the backend in the configuration.</param>
    /// <param name="checks">The number of checks.</param>
    public static string Success(string backend, int checks) =>
        $"{checks} checks passed on {backend}, {(NativePath is null ? "JIT" : "native")} code.";

    /// <summary>Runs the program on a store.</summary>
    /// <returns>What the program has written, errors included.</returns>
    public static async Task<string> RunAsync(params (string Name, string? Value)[] settings)
    {
        ProcessStartInfo start = NativePath is { } native ? new(native) : new("dotnet", [BuiltPath()]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach ((string name, string? value) in settings)
        {
            start.ArgumentList.Add($"--Store:{name}={value}");
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return $"{output}{await errors}".Trim();
    }

    /// <summary>The program is built into its own folder, because it brings more packages than a test of one backend has.</summary>
    private static string BuiltPath()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(
            RepositoryFolder.Find($"tests/{Name}/bin"), framework.Parent!.Name, framework.Name, $"{Name}.dll");
    }
}
