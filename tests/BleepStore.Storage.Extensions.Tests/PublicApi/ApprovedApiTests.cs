using BleepStore.Storage.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.PublicApi;

public sealed class ApprovedApiTests
{
    [Test]
    public void The_public_API_of_the_health_checks_is_the_approved_one() => ApprovedApi.Require(
        typeof(BleepStoreHealthChecksExtensions).Assembly, "tests/BleepStore.Storage.Extensions.Tests/PublicApi/HealthChecks");

    [Test]
    public void The_public_API_of_the_resilience_package_is_the_approved_one() => ApprovedApi.Require(
        typeof(BleepStoreRetryExtensions).Assembly, "tests/BleepStore.Storage.Extensions.Tests/PublicApi/Resilience");

    [Test]
    public void The_public_API_of_the_caching_package_is_the_approved_one() => ApprovedApi.Require(
        typeof(BleepStoreCacheExtensions).Assembly, "tests/BleepStore.Storage.Extensions.Tests/PublicApi/Caching");
}
