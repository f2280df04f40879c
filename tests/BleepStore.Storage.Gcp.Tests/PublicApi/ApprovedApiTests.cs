using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Gcp.Tests.PublicApi;

public sealed class ApprovedApiTests
{
    [Test]
    public void The_public_API_is_the_approved_one() =>
        ApprovedApi.Require(typeof(GcpStore).Assembly, "tests/BleepStore.Storage.Gcp.Tests/PublicApi");
}
