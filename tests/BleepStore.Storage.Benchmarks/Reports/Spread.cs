namespace BleepStore.Storage.Benchmarks.Reports;

/// <summary>The smallest, the middle and the largest of several figures.</summary>
internal sealed record Spread(double Smallest, double Median, double Largest)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }
}
