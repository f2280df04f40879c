using BleepStore.Storage.Checks;
using BleepStore.Storage.Tests.Support;

namespace BleepStore.Storage.Tests.Checks;

public class BucketNamesTests
{
    [TestCase("abc")]
    [TestCase("my-bucket.v2")]
    [TestCase("0bucket9")]
    [TestCase("1.2.3")]
    [TestCase("1.2.3.4.5")]
    [TestCase("1.2.3.a")]
    [TestCase("a-123456789-123456789-123456789-123456789-123456789-123456789-1")]
    public void A_name_by_the_rules_is_accepted(string name) => Assert.That(() => BucketNames.Check(name), Throws.Nothing);

    [TestCase("")]
    [TestCase("ab")]
    [TestCase("a-123456789-123456789-123456789-123456789-123456789-123456789-12")]
    [TestCase("Bucket")]
    [TestCase("buck_et")]
    [TestCase("bücket")]
    [TestCase("buc ket")]
    [TestCase("buc/ket")]
    [TestCase("../..")]
    [TestCase("-bucket")]
    [TestCase("bucket-")]
    [TestCase(".bucket")]
    [TestCase("bucket.")]
    [TestCase("buc..ket")]
    [TestCase("192.168.5.4")]
    [TestCase("xn--bucket")]
    [TestCase("sthree-bucket")]
    [TestCase("amzn-s3-demo-bucket")]
    [TestCase("bucket-s3alias")]
    [TestCase("bucket--ol-s3")]
    [TestCase("bucket.mrap")]
    [TestCase("bucket--x-s3")]
    [TestCase("bucket--table-s3")]
    [TestCase("bucket\n")]
    public void A_name_that_breaks_a_rule_is_InvalidBucketName(string name) =>
        Catch.Code(StorageErrorCode.InvalidBucketName, () => BucketNames.Check(name));

    [Test]
    public void Null_is_a_bad_argument() => Assert.That(() => BucketNames.Check(null!), Throws.ArgumentNullException);
}
