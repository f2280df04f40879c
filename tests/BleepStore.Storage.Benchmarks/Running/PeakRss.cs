using System.Globalization;

namespace BleepStore.Storage.Benchmarks.Running;

/// <summary>The most memory that this process had at a time, as Linux tells it (proc(5): <c>VmHWM</c>).</summary>
internal static class PeakRss
{
    private const string Field = "VmHWM:";

    /// <summary>Begins anew. Where the system does not let us, the peak is that of the whole process, on both sides alike.</summary>
    public static void Reset()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                File.WriteAllText("/proc/self/clear_refs", "5");
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // See above.
            }
        }
    }

    public static long? Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is null
            ? null
            : long.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
