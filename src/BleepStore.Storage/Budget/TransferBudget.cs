using BleepStore.Storage.Budget;

namespace BleepStore.Storage;

/// <summary>Limits how many bytes transfers hold in memory at a time. All stores with the same budget share it. Thread-safe.</summary>
/// <remarks>
/// Puts from streams and files, parts of multipart uploads, and <c>GetFileAsync</c> draw on the budget. A transfer waits for its share,
/// first come, first served. While it waits it holds no memory and reads nothing of its source. A transfer gets at most a quarter of the
/// budget, or two parts where they are larger. A part that does not fit goes to a temporary file. Parts of a file are read when they are
/// sent, so they are not held. A stream that is read from a store does not draw on it. The stream of <c>GetAsync</c> holds nothing between
/// two reads. The stream of <c>OpenReadAsync</c> holds one window, of at most <see cref="OpenReadOptions.ReadAheadSize"/> bytes.
/// <para>
/// A source that delivers nothing for a second lends its share to transfers that wait. The bytes that it holds meanwhile exceed the budget.
/// A transfer that runs inside another one, such as in a read of its source, passes freely. So transfers never wait for each other in a
/// circle.
/// </para>
/// </remarks>
public sealed class TransferBudget
{
    /// <summary>The smallest budget in bytes (4 MiB).</summary>
    public const long MinimumBytes = 4 * 1024 * 1024;

    private const long DefaultBytes = 256L * 1024 * 1024;

    /// <summary>Creates a budget.</summary>
    /// <param name="bytes">How many bytes transfers may hold at a time. At least <see cref="MinimumBytes"/>.</param>
    /// <param name="timeProvider">The clock that measures how long a source has delivered nothing. The default is the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is less than <see cref="MinimumBytes"/>.</exception>
    public TransferBudget(long bytes, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, MinimumBytes);
        Gate = new TransferGate(bytes, timeProvider ?? TimeProvider.System);
    }

    /// <summary>The default budget of all stores, which is 256 MiB for the process.</summary>
    public static TransferBudget Shared { get; } = new(DefaultBytes);

    /// <summary>How many bytes transfers may hold at a time.</summary>
    public long Bytes => Gate.Capacity;

    /// <summary>Lets transfers in.</summary>
    internal TransferGate Gate { get; }
}
