using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Tests.Shared;
using BleepStore.Storage.Tests.Shared.Programs;

namespace BleepStore.Storage.Aws.Tests.Emulated;

/// <summary>A program that is compiled to native code in <c>.ci/long</c>.</summary>
[Category(LongRun.Category)]
public class NativeAotTests
{
    [Test]
    public async Task A_program_uses_S3_through_its_configuration()
    {
        S3Account account = (await Radosgw.RequireAsync()).Account;
        AwsBackendOptions options = account.Options(GivenServer.Bucket ?? await account.CreateBucketAsync());

        string said = await NativeProgram.RunAsync(
            ("Backend", "aws"),
            ("ServiceUrl", options.ServiceUrl!.AbsoluteUri),
            ("Region", options.Region),
            ("AccessKeyId", options.AccessKeyId),
            ("SecretAccessKey", options.SecretAccessKey),
            ("Compatibility", $"{options.Compatibility}"),
            ("ForcePathStyle", "true"),
            ("Bucket", options.Bucket));

        Assert.That(said, Is.EqualTo(NativeProgram.Success("aws", 12)));
    }
}
