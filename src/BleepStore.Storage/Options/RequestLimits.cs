using System.Globalization;

namespace BleepStore.Storage.Backends;

/// <summary>
/// How long a backend waits for its upstream. A store makes the limits of <see cref="ObjectStoreOptions"/> and hands them to its backend.
/// </summary>
/// <remarks>Each limit is more than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for none.</remarks>
public sealed record RequestLimits
{
    /// <summary>The limits of a store with default options.</summary>
    public static RequestLimits Default { get; } = new();

    /// <summary>How long a body may stand still while it is sent or read. The default is 60 seconds.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a call waits for its answer, including all attempts of the SDK. The default is 2 minutes.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a call waits for an answer that takes work on the server, such as a copy or a completion. The default is 15 minutes.
    /// </summary>
    public TimeSpan ServerWork { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How many times the client of the backend sends a request again that failed. <see langword="null"/> for the client's default.
    /// </summary>
    public int? Retries { get; init; }

    /// <summary>The sentence of an error message that names the option to raise.</summary>
    internal static string ToWaitLonger(string option) => $"To wait longer, raise {nameof(ObjectStoreOptions)}.{option}.";

    /// <summary>A limit as messages have it.</summary>
    internal static string Seconds(TimeSpan limit) => limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
