using BleepStore.Storage.Backends;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>A backend of which every third call fails, behind a retry that hides it.</summary>
public sealed class RetriedHarness : SharedMemory
{
    public override string Name => "memory in trouble, with retries";

    internal override void Decorate(ObjectStoreBuilder builder) => builder.WithRetry(static options =>
    {
        options.MaxAttempts = 20;
        options.BaseDelay = TimeSpan.Zero;
        options.RetryBudget = null;
    });

    internal override StorageBackend Wrap(StorageBackend backend) => new TroubledBackend(backend) { LosesAnswers = !IsContended };

    private static bool IsContended => TestContext.CurrentContext.Test.ClassName?.EndsWith("Concurrency", StringComparison.Ordinal) == true;
}
