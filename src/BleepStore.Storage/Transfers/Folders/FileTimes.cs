using System.Globalization;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>
/// Keeps the time of a file's last change in an object's metadata, in seconds since 1970, as rclone does on S3. On Azure and Google rclone
/// writes RFC 3339, which is read too.
/// </summary>
internal static class FileTimes
{
    public const string Metadata = "mtime";

    /// <summary>The time in the form that it is kept in.</summary>
    /// <param name="ticks">The time, in ticks (UTC).</param>
    public static string Format(long ticks) =>
        ((decimal)(ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);

    /// <returns><see langword="null"/> where no time is kept, or none that a file can have.</returns>
    public static DateTime? Read(IReadOnlyDictionary<string, string> metadata)
    {
        const NumberStyles form = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!metadata.TryGetValue(Metadata, out string? text))
        {
            return null;
        }

        if (!decimal.TryParse(text, form, CultureInfo.InvariantCulture, out decimal seconds))
        {
            return IsRfc3339(text)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time.UtcDateTime
                : null;
        }

        decimal most = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        decimal least = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        return seconds < least || seconds > most ? null : DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    /// <summary>
    /// Whether a text has the form of RFC 3339, such as <c>2001-02-03T04:05:06.7Z</c>. .NET takes many others for a time.
    /// </summary>
    private static bool IsRfc3339(string text) =>
        text is [_, _, _, _, '-', _, _, '-', _, _, 'T' or 't' or ' ', _, _, ':', _, _, ':', _, _, ..]
        && (text[^1] is 'Z' or 'z' || text is [.., '+' or '-', _, _, ':', _, _]);
}
