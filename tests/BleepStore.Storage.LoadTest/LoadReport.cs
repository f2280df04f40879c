using System.Globalization;

namespace BleepStore.Storage.LoadTest;

/// <summary>The effect of a load on its process.</summary>
/// <param name="Puts">How many puts ran.</param>
/// <param name="Failures">How many failed.</param>
/// <param name="FirstFailure">Why the first one did.</param>
/// <param name="PeakMiB">The most memory that was resident, by the system's account.</param>
/// <param name="MostFiles">The most descriptors that were open.</param>
/// <param name="LatestTimer">How much too late a timer of 10 ms fired, at most.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record LoadReport(
    int Puts, int Failures, string? FirstFailure, long PeakMiB, int MostFiles, TimeSpan LatestTimer, TimeSpan Elapsed)
{
    private const int Figures = 6;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"puts={Puts} failures={Failures} peak-mib={PeakMiB} most-files={MostFiles} "
        + $"latest-timer-ms={LatestTimer.TotalMilliseconds:0} seconds={Elapsed.TotalSeconds:0.0} {FirstFailure}").TrimEnd();

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It did not write this.</exception>
    public static LoadReport Parse(string line)
    {
        string[] parts = line.Trim().Split(' ', Figures + 1);
        if (parts.Length < Figures)
        {
            throw new FormatException($"This is no report of a load: '{line}'");
        }

        double[] figures = [.. parts[..Figures].Select(static part => double.Parse(part.Split('=')[1], CultureInfo.InvariantCulture))];
        return new LoadReport(
            (int)figures[0],
            (int)figures[1],
            parts.Length > Figures ? parts[Figures] : null,
            (long)figures[2],
            (int)figures[3],
            TimeSpan.FromMilliseconds(figures[4]),
            TimeSpan.FromSeconds(figures[5]));
    }
}
