using BleepStore.Storage.Conformance;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.PublicApi;

public class ApprovedApiTests
{
    [Test]
    public void The_public_API_is_the_approved_one() =>
        ApprovedApi.Require(typeof(ObjectStore).Assembly, "tests/BleepStore.Storage.Tests/PublicApi");

    [Test]
    public void The_public_API_of_the_conformance_suite_is_the_approved_one() =>
        ApprovedApi.Require(typeof(ConformanceHarness).Assembly, "tests/BleepStore.Storage.Tests/PublicApi");
}
