using BleepStore.Storage.Conformance;

namespace BleepStore.Storage.Azure.Tests.Conformance.OnIsolatedSharedContainer;

public sealed class AzurePut : PutConformance<IsolatedSharedContainerHarness>;

public sealed class AzureConditions : ConditionsConformance<IsolatedSharedContainerHarness>;

public sealed class AzureCopy : CopyConformance<IsolatedSharedContainerHarness>;

public sealed class AzureMultipart : MultipartConformance<IsolatedSharedContainerHarness>;

public sealed class AzureErrors : ErrorsConformance<IsolatedSharedContainerHarness>;

public sealed class AzureStreams : StreamsConformance<IsolatedSharedContainerHarness>;

public sealed class AzureCancellation : CancellationConformance<IsolatedSharedContainerHarness>;

public sealed class AzureConcurrency : ConcurrencyConformance<IsolatedSharedContainerHarness>;

public sealed class Completeness
{
    [Test]
    public void Binds_what_depends_on_the_staging_of_parts() => ConformanceCompleteness.AssertBound(
        typeof(Completeness).Assembly,
        typeof(IsolatedSharedContainerHarness),
        typeof(PutConformance<>),
        typeof(ConditionsConformance<>),
        typeof(CopyConformance<>),
        typeof(MultipartConformance<>),
        typeof(ErrorsConformance<>),
        typeof(StreamsConformance<>),
        typeof(CancellationConformance<>),
        typeof(ConcurrencyConformance<>));
}
