using System.Globalization;
using System.Runtime.InteropServices;

namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>The machine of the measurement, without which figures mean little.</summary>
internal static class Machine
{
    public static string Describe(string folder)
    {
        var drive = new DriveInfo(folder);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Processor()}, {Environment.ProcessorCount} cores, {Units.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)}; " +
            $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; "
            + $"{drive.DriveFormat}; {(IsOptimised ? "Release" : "Debug: build with -c Release")}; load average {Load()}.");
    }

    private static bool IsOptimised =>
#if DEBUG
        false;
#else
        true;
#endif

    /// <summary>How busy the machine is, others included.</summary>
    private static string Load() =>
        OperatingSystem.IsLinux() ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    private static string Processor() => OperatingSystem.IsLinux()
        ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1]
            .Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()
        : RuntimeInformation.ProcessArchitecture.ToString();
}
