using Azure;
using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Copies;

/// <summary>Blocks of a copy wait on the destination, where any other write discards them.</summary>
public sealed class CopyByBlocksTests
{
    private static readonly ObjectAddress Itself = new("bucket", "key");

    [Test]
    public async Task Blocks_that_another_write_discarded_are_copied_again()
    {
        int commits = 0;
        StubTransport wire = Copying(_ => commits++ < 2 ? StubResponse.Error(400, "InvalidBlockList") : StubResponse.Written("0x6"));

        ObjectProperties copy = await wire.CreateBucket().CopyAsync(Itself, "key");

        Assert.That(copy.Revision, Is.EqualTo("0x6"));
        Assert.That(wire.Kinds.Skip(1), Is.EqualTo(
            new[] { "PUT block from url", "PUT blocklist", "PUT block from url", "PUT blocklist", "PUT block from url", "PUT blocklist" }));
        Assert.That(
            wire.Sent.Where(static sent => sent.Kind == "PUT block from url").Select(static sent => sent.Uri.Query).Distinct().Count(),
            Is.EqualTo(3),
            "other ids each time");
    }

    [Test]
    public async Task But_not_for_ever()
    {
        StubTransport wire = Copying(static _ => StubResponse.Error(400, "InvalidBlockList"));

        await StorageAssert.FailsAsync(StorageErrorCode.UploadInvalidated, () => wire.CreateBucket().CopyAsync(Itself, "key"));

        Assert.That(wire.Kinds.Count(static kind => kind == "PUT blocklist"), Is.EqualTo(10));
    }

    [Test]
    public async Task Blocks_that_our_own_commit_used_whose_answer_was_lost_are_not()
    {
        int commits = 0;
        string? token = null;
        StubTransport wire = Copying(
            sent =>
            {
                token = sent.Header("x-ms-meta-bleepstoretoken");
                return commits++ == 0
                    ? throw new RequestFailedException("The connection broke off.")
                    : StubResponse.Error(400, "InvalidBlockList");
            },
            () => token is null
                ? StubResponse.Blob(new byte[10], "0x5")
                : StubResponse.Blob(new byte[10], "0x9", ("bleepstoretoken", token)));

        ObjectProperties copy = await wire.CreateBucket().CopyAsync(Itself, "key", new CopyOptions { IfRevision = "0x5" });

        Assert.That(copy.Revision, Is.EqualTo("0x9"));
        Assert.That(wire.Kinds, Is.EqualTo(new[] { "HEAD", "PUT block from url", "PUT blocklist", "PUT blocklist", "HEAD" }));
    }

    [Test]
    public async Task The_outcome_of_a_lost_commit_stays_unknown_when_the_object_cannot_be_looked_at()
    {
        int commits = 0;
        StubTransport wire = Copying(
            _ => commits++ == 0
                ? throw new RequestFailedException("The connection broke off.")
                : StubResponse.Error(400, "InvalidBlockList"),
            () => commits == 0 ? StubResponse.Blob(new byte[10], "0x5") : StubResponse.Error(403, "AuthorizationFailure"));

        StorageException error = await StorageAssert.FailsAsync(
            StorageErrorCode.UploadInvalidated,
            () => wire.CreateBucket().CopyAsync(Itself, "key", new CopyOptions { IfRevision = "0x5" }));

        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(commits, Is.EqualTo(2), "nothing is committed again");
    }

    [TestCase(412, "ConditionNotMet", StorageErrorCode.PreconditionFailed)]
    [TestCase(403, "AuthorizationFailure", StorageErrorCode.AccessDenied)]
    public async Task The_outcome_of_a_lost_commit_stays_unknown_when_the_next_attempt_is_refused(
        int status, string code, StorageErrorCode expected)
    {
        int commits = 0;
        StubTransport wire = Copying(
            _ => commits++ switch
            {
                0 => throw new RequestFailedException("The connection broke off."),
                1 => StubResponse.Error(400, "InvalidBlockList"),
                _ => StubResponse.Error(status, code),
            },
            () => StubResponse.Blob(new byte[10], commits == 0 ? "0x5" : "0x7"));

        StorageException error = await StorageAssert.FailsAsync(
            expected, () => wire.CreateBucket().CopyAsync(Itself, "key", new CopyOptions { IfRevision = "0x5" }));

        Assert.That(error.IsOutcomeUnknown, Is.True, "the commit may have landed and been overwritten");
        Assert.That(commits, Is.EqualTo(3));
    }

    [Test]
    public async Task A_copy_onto_itself_replaces_only_what_it_was_made_from()
    {
        StubTransport wire = Copying(static _ => StubResponse.Written("0x6"));

        await wire.CreateBucket().CopyAsync(Itself, "key");

        Assert.That(wire.Sent.Single(static sent => sent.Kind == "PUT blocklist").Header("If-Match"), Is.EqualTo("\"0x5\""));
    }

    [Test]
    public async Task Its_own_first_attempt_whose_answer_was_lost_is_recognised()
    {
        int commits = 0;
        string? token = null;
        StubTransport wire = Copying(
            sent =>
            {
                token = sent.Header("x-ms-meta-bleepstoretoken");
                return commits++ == 0
                    ? throw new RequestFailedException("The connection broke off.")
                    : StubResponse.Error(412, "ConditionNotMet");
            },
            () => token is null
                ? StubResponse.Blob(new byte[10], "0x5")
                : StubResponse.Blob(new byte[10], "0x9", ("bleepstoretoken", token)));

        ObjectProperties copy = await wire.CreateBucket().CopyAsync(Itself, "key");

        Assert.That(copy.Revision, Is.EqualTo("0x9"));
        Assert.That(commits, Is.EqualTo(2));
    }

    private static StubTransport Copying(Func<SentRequest, Response> commit, Func<StubResponse>? blob = null) =>
        new(sent => sent.Kind switch
    {
        "HEAD" => blob?.Invoke() ?? StubResponse.Blob(new byte[10], "0x5").With("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        "PUT blocklist" => commit(sent),
        _ => StubResponse.Written(),
    });
}
