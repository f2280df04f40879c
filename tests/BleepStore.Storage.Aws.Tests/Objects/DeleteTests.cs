using BleepStore.Storage.Aws.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Objects;

public sealed class DeleteTests
{
    [Test]
    public async Task Many_keys_go_in_one_request_and_the_failures_of_single_keys_come_back()
    {
        var wire = new StubTransport(StubAnswer.Xml(
            "<DeleteResult><Deleted><Key>bucket/a</Key></Deleted><Error><Key>bucket/b " +
            "&lt;&amp;&gt;</Key><Code>AccessDenied</Code><Message>Told by the " +
            "stub.</Message></Error><Error><Key>bucket/gone</Key><Code>NoSuchKey</Code></Error></DeleteResult>"));

        DeleteManyResult result = await wire.CreateBucket().DeleteManyAsync(["a", "b <&>", "gone"]);

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "POST many" }));
        Assert.That(
            result.Failures.Select(static failure => (failure.Key, failure.Error.Code, failure.Error.ProviderCode)),
            Is.EqualTo(new[] { ("b <&>", StorageErrorCode.AccessDenied, "AccessDenied") }));
    }

    /// <summary>
    /// The one request whose body S3 wants a checksum of ("DeleteObjects", Amazon S3 API Reference). Content-MD5 is the one that every
    /// server knows.
    /// </summary>
    [TestCase(AwsCompatibility.Aws)]
    [TestCase(AwsCompatibility.S3Compatible)]
    public async Task Many_keys_go_with_their_Content_MD5_signed_and_no_newer_checksum(AwsCompatibility compatibility)
    {
        var wire = new StubTransport(StubAnswer.Xml("<DeleteResult/>"));

        await wire.CreateBucket(options => options.Compatibility = compatibility).DeleteManyAsync(["a", "b <&>"]);

        SentRequest sent = wire.Sent.Single();
        Assert.That(sent.Header("Content-MD5"), Is.EqualTo(Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(sent.Body))));
        Assert.That(sent.Header("Authorization"), Does.Contain("content-md5"));
        Assert.That(sent.Headers.Keys, Has.None.StartsWith("x-amz-checksum").IgnoreCase.And.None.StartsWith(
            "x-amz-sdk-checksum").IgnoreCase.And.None.EqualTo("x-amz-trailer").IgnoreCase);
    }

    [Test]
    public async Task No_keys_are_no_request()
    {
        var wire = new StubTransport();

        Assert.That((await wire.CreateBucket().DeleteManyAsync([])).Failures, Is.Empty);

        Assert.That(wire.Sent, Is.Empty);
    }

    [Test]
    public async Task A_failure_of_the_whole_request_is_thrown()
    {
        var wire = new StubTransport(static _ => StubAnswer.Error(404, "NoSuchBucket"));

        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchBucket, () => wire.CreateBucket().DeleteManyAsync(["a"]));
    }

    [TestCase(412, "PreconditionFailed")]
    [TestCase(404, "NoSuchKey")]
    public async Task A_condition_goes_as_If_Match(int status, string code)
    {
        var wire = new StubTransport(_ => StubAnswer.Error(status, code));

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => wire.CreateBucket().DeleteAsync("key", new DeleteOptions { IfRevision = "abc" }));

        Assert.That(wire.Sent[0].Header("If-Match"), Is.EqualTo("\"abc\""));
    }

    [Test]
    public async Task A_conflict_with_another_conditional_write_is_tried_again()
    {
        var wire = new StubTransport(StubAnswer.Error(409, "ConditionalRequestConflict"), StubAnswer.Bare(204));

        await wire.CreateBucket().DeleteAsync("key", new DeleteOptions { IfRevision = "abc" });

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "DELETE", "DELETE" }));
    }

    [Test]
    public async Task An_absent_key_is_deleted_also_when_only_the_second_attempt_says_so()
    {
        var wire = new StubTransport(StubAnswer.Error(500, "InternalError"), StubAnswer.Bare(204));

        await wire.CreateBucket().DeleteAsync("key");

        Assert.That(wire.Kinds, Is.EqualTo(new[] { "DELETE", "DELETE" }));
    }

    /// <summary>Whether another server looks at the condition is tried once, on an object of our own.</summary>
    [TestCase(ConditionAnswer.Honours, true)]
    [TestCase(ConditionAnswer.HonoursBare, true)]
    [TestCase(ConditionAnswer.Ignores, false)]
    [TestCase(ConditionAnswer.Answers501, false)]
    [TestCase(ConditionAnswer.Answers400, false)]
    public async Task On_another_server_a_conditional_delete_depends_on_what_the_server_does(ConditionAnswer ifMatch, bool isHonoured)
    {
        var server = new ConditionServer(ConditionAnswer.Honours, ifMatch);
        var wire = new StubTransport(server.Answer);
        Bucket bucket = wire.CreateBucket(static options => options.Compatibility = AwsCompatibility.S3Compatible);
        ObjectProperties stored = await bucket.PutAsync("key", "hello"u8.ToArray());

        if (isHonoured)
        {
            await StorageAssert.FailsAsync(
                StorageErrorCode.PreconditionFailed, () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = "abc" }));
            Assert.That(server.Names, Is.EqualTo(new[] { "/upstream/bucket/key" }));
            await bucket.MoveAsync("key", "moved");
            Assert.That(server.Names, Is.EqualTo(new[] { "/upstream/bucket/moved" }));
        }
        else
        {
            await StorageAssert.FailsAsync(
                StorageErrorCode.NotSupported, () => bucket.DeleteAsync("key", new DeleteOptions { IfRevision = stored.Revision }));
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => bucket.MoveAsync("key", "moved"));
            Assert.That(server.Names, Is.EqualTo(new[] { "/upstream/bucket/key" }));
        }

        Assert.That(server.OpenUploads, Is.Zero);
    }
}
