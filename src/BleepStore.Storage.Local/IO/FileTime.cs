namespace BleepStore.Storage.Local.IO;

/// <summary>A time of a file, since 1970.</summary>
/// <param name="Seconds">Whole seconds. Negative before 1970.</param>
/// <param name="Fraction">The nanoseconds after the whole second.</param>
internal readonly record struct FileTime(long Seconds, uint Fraction)
{
    /// <summary>The first and the last second of <see cref="DateTimeOffset"/>, since 1970.</summary>
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;

    public long Nanoseconds => (Seconds * 1_000_000_000) + Fraction;

    /// <summary>Converts the time to a date. A time outside the range of .NET dates becomes the first or the last date.</summary>
    public DateTimeOffset ToDate() => Seconds switch
    {
        < FirstSecond => DateTimeOffset.MinValue,
        > LastSecond => DateTimeOffset.MaxValue,
        _ => DateTimeOffset.UnixEpoch.AddSeconds(Seconds).AddTicks(Fraction / TimeSpan.NanosecondsPerTick),
    };
}
