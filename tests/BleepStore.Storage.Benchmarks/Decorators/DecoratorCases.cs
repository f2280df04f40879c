using System.Security.Cryptography;
using BleepStore.Storage.Benchmarks.Cases;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Benchmarks.Decorators;

/// <summary>
/// A put and a get through each decorator, but for the one that refuses puts and adds nothing to gets. The stub of S3 keeps nothing, so
/// only decorators that send the bytes as they are run on it.
/// </summary>
internal static class DecoratorCases
{
    private static readonly (string Name, Action<ObjectStoreBuilder> Decorate)[] Decorators =
    [
        ("prefix", static builder => builder.WithPrefix("prefix/")),
        ("timeout", static builder => builder.WithTimeout(TimeSpan.FromSeconds(30))),
        ("concurrency-limit", static builder => builder.WithConcurrencyLimit(16)),
        ("compression", static builder => builder.WithCompression()),
        ("encryption", static builder => builder.WithEncryption(new KeyRing("one", RandomNumberGenerator.GetBytes(DataKey.Size)))),
        ("retry", static builder => builder.WithRetry()),
        ("circuit-breaker", static builder => builder.WithCircuitBreaker()),
        ("rate-limit", static builder => builder.WithRateLimit(
            static options => (options.RequestsPerSecond, options.Burst) = (1_000_000, 1_000_000))),
        ("cache", static builder => builder.WithCache()),
    ];

    private static readonly string[] OnlyInMemory = ["compression", "encryption", "cache"];

    public static IEnumerable<BenchmarkCase> All =>
        from isStub in new[] { false, true }
        from decorator in Decorators
        where !isStub || !OnlyInMemory.Contains(decorator.Name)
        from isPut in new[] { true, false }
        select new DecoratorCase(decorator.Name, isPut, decorator.Decorate, isStub);
}
