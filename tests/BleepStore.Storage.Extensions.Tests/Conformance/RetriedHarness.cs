using BleepStore.Storage.Backends;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.Conformance;

/// <summary>A backend of which one call in three fails, behind a retry that hides it.</summary>
public sealed class RetriedHarness : SharedMemory
{
    public override string Name => "memory in trouble, with retries";

    internal override void Decorate(ObjectStoreBuilder builder) => builder.WithRetry(static options =>
    {
        options.MaxAttempts = 20;
        options.BaseDelay = TimeSpan.Zero;
        options.RetryBudget = null;
    });

    internal override StorageBackend Wrap(StorageBackend backend) => new TroubledBackend(backend) { LosesAnswers = LosesAnswers };

    /// <summary>Tests of cancellation act when a request has succeeded, and one whose answer is lost never does.</summary>
    private static bool LosesAnswers =>
        TestContext.CurrentContext.Test.ClassName?.Split('.')[^1] is not (nameof(RetriedConcurrency) or nameof(RetriedCancellation));
}
