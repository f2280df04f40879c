using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>A circuit breaker that stays closed, and a rate limit that nobody reaches.</summary>
public sealed class GuardedHarness : SharedMemory
{
    public override string Name => "memory, with a circuit breaker and a rate limit";

    internal override void Decorate(ObjectStoreBuilder builder) => builder
        .WithCircuitBreaker()
        .WithRateLimit(static options => (options.RequestsPerSecond, options.QueueLimit) = (1_000_000, 1_000_000));
}
