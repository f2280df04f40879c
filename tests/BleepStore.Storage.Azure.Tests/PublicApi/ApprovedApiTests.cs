using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Azure.Tests.PublicApi;

public sealed class ApprovedApiTests
{
    [Test]
    public void The_public_API_is_the_approved_one() =>
        ApprovedApi.Require(typeof(AzureStore).Assembly, "tests/BleepStore.Storage.Azure.Tests/PublicApi");
}
