using BleepStore.Storage;
using BleepStore.Storage.Decorators.Concurrency;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Limits how many requests of a store are under way.</summary>
public static class BleepStoreConcurrencyLimitExtensions
{
    /// <summary>
    /// Limits how many requests of the store are in progress upstream at a time. Further requests wait, first come, first served. A read
    /// holds its place until its last byte was read or its body is closed. Cancellation ends the waiting. Disposal of the store ends it
    /// with <see cref="ObjectDisposedException"/>.
    /// </summary>
    /// <remarks>
    /// A program that copies an object by reading and writing it needs two places at once. To prevent a deadlock of the program with
    /// itself, a request that has stood still for a second because of the program lends its place while others wait. These are reads whose
    /// body nobody reads, and puts whose source delivers nothing. When the program continues, such a request does not wait again. For a
    /// moment more requests than the limit can be in progress. Presigning is not counted.
    /// </remarks>
    /// <param name="builder">The store.</param>
    /// <param name="maxConcurrent">How many requests. 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is less than 1.</exception>
    public static ObjectStoreBuilder WithConcurrencyLimit(this ObjectStoreBuilder builder, int maxConcurrent)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrent, 1);
        return builder.Decorate((services, inner) =>
            new ConcurrencyLimitBackend(inner, maxConcurrent, services.GetService<TimeProvider>() ?? TimeProvider.System));
    }
}
