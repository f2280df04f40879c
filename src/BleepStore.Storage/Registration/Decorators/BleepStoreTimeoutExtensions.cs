using BleepStore.Storage;
using BleepStore.Storage.Checks;
using BleepStore.Storage.Decorators.Timeouts;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Limits how long requests of a store wait for their answers.</summary>
public static class BleepStoreTimeoutExtensions
{
    /// <summary>
    /// Limits how long every request waits for its answer, on every backend. Bodies end by <see cref="ObjectStoreOptions.IdleTimeout"/>
    /// only. The failure is <see cref="StorageErrorCode.RequestTimeout"/>, which is transient. A write that was sent whole has an unknown
    /// outcome then (<see cref="StorageException.IsOutcomeUnknown"/>).
    /// </summary>
    /// <remarks>
    /// The wait of a read ends with its first byte. The wait of a put begins after its body was sent, so the time of the body and of its
    /// source does not count. Copies, completions of uploads, deletions of many keys and of buckets take work on the server. They keep
    /// <see cref="ObjectStoreOptions.ServerWorkTimeout"/>. The clock is the application's <see cref="TimeProvider"/>, where one is
    /// registered. A decorator that is added later is inside this one, and its waits count.
    /// </remarks>
    /// <param name="builder">The store.</param>
    /// <param name="firstByte">How long a request may wait. More than zero, at most 24 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of its range.</exception>
    public static ObjectStoreBuilder WithTimeout(this ObjectStoreBuilder builder, TimeSpan firstByte)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstByte, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstByte, StoreOptions.LongestTimeout);
        return builder.Decorate((services, inner) =>
            new TimeoutBackend(inner, firstByte, services.GetService<TimeProvider>() ?? TimeProvider.System));
    }
}
