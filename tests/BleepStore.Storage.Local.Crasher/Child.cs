using System.Diagnostics;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>Starts this program in another role.</summary>
public static class Child
{
    public static Process Start(string role, params string[] arguments) => Start(role, arguments, new Dictionary<string, string>());

    /// <param name="role">The role.</param>
    /// <param name="arguments">The options of the role.</param>
    /// <param name="variables">Variables of the process's environment, beside those of this process.</param>
    public static Process Start(string role, string[] arguments, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "BleepStore.Storage.Local.Crasher.dll"));
        start.ArgumentList.Add(role);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
