using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Aws.Tests.PublicApi;

public sealed class ApprovedApiTests
{
    [Test]
    public void The_public_API_is_the_approved_one() =>
        ApprovedApi.Require(typeof(AwsStore).Assembly, "tests/BleepStore.Storage.Aws.Tests/PublicApi");
}
