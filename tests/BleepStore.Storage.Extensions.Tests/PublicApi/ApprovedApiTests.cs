using BleepStore.Storage.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace BleepStore.Storage.Extensions.Tests.PublicApi;

public sealed class ApprovedApiTests
{
    [Test]
    public void The_public_API_of_the_health_checks_is_the_approved_one() => ApprovedApi.Require(
        typeof(BleepStoreHealthChecksExtensions).Assembly, "tests/BleepStore.Storage.Extensions.Tests/PublicApi/HealthChecks");
}
