using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class PutConformance<THarness>
{
    private const int Small = 3000;
    private const int Large = PartSize + 3000;

    [ContractTest]
    [TestCase(Small, true, false)]
    [TestCase(Small, false, false)]
    [TestCase(Small, false, true)]
    public async Task A_source_that_gives_one_byte_at_a_time_is_stored_whole(int length, bool seekable, bool declared)
    {
        byte[] content = Payload.Bytes(length);
        var source = new ScriptedStream(content) { Seekable = seekable, BiteSize = 1 };

        ObjectProperties stored = await Bucket.PutAsync("object", source, new PutOptions { ContentLength = declared ? length : null });

        AssertETag(stored.ETag, ExpectedETag.Plain(content));
        await AssertContentAsync("object", content);
    }

    [ContractTest]
    [TestCase(Small, 0)]
    [TestCase(Small, 1234)]
    [TestCase(Small, Small)]
    [TestCase(Large, 1234)]
    public async Task A_seekable_source_is_read_from_its_position(int length, int position)
    {
        byte[] content = Payload.Bytes(length);
        var source = new ScriptedStream(content) { Seekable = true, Position = position };

        ObjectProperties stored = await Bucket.PutAsync("object", source);

        byte[] rest = content[position..];
        Assert.That(stored.Size, Is.EqualTo(rest.Length));
        AssertETag(stored.ETag, ExpectedETag.Put(rest, PartSize));
        await AssertContentAsync("object", rest);
    }

    [ContractTest]
    [TestCase(Small, true)]
    [TestCase(Small, false)]
    [TestCase(Large, true)]
    [TestCase(Large, false)]
    public async Task A_source_is_never_disposed(int length, bool seekable)
    {
        byte[] content = Payload.Bytes(length);
        var good = new ScriptedStream(content) { Seekable = seekable };
        var bad = new ScriptedStream(content) { Seekable = seekable, FailsAt = length - 1 };

        await Bucket.PutAsync("object", good);
        await StorageAssert.ThrowsAsync<IOException>(() => Bucket.PutAsync("object", bad));

        Assert.That(good.IsDisposed, Is.False);
        Assert.That(bad.IsDisposed, Is.False);
    }

    [ContractTest]
    [TestCase(Small, 0, true)]
    [TestCase(Small, 0, false)]
    [TestCase(Small, 1500, true)]
    [TestCase(Small, 1500, false)]
    [TestCase(Small, Small, false)]
    [TestCase(Large, 1500, false)]
    [TestCase(Large, PartSize, true)]
    [TestCase(Large, PartSize, false)]
    [TestCase(Large, PartSize + 10, true)]
    [TestCase(Large, PartSize + 10, false)]
    public async Task A_source_that_fails_leaves_the_old_object_and_nothing_else(int length, int failsAt, bool seekable)
    {
        byte[] oldContent = Payload.Bytes(500, 9);
        ObjectProperties old = await PutAsync("object", oldContent);
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();
        var cause = new InvalidDataException("The disk under the source is damaged.");

        foreach (string key in new[] { "object", "new" })
        {
            var source = new ScriptedStream(Payload.Bytes(length)) { Seekable = seekable, FailsAt = failsAt, Failure = cause };
            InvalidDataException thrown = await StorageAssert.ThrowsAsync<InvalidDataException>(() => Bucket.PutAsync(key, source));
            Assert.That(thrown, Is.SameAs(cause));
        }

        await AssertOnlyTheOldIsLeftAsync(old, oldContent, internals);
    }

    [ContractTest]
    [TestCase(Small, Small + 1, false)]
    [TestCase(Small, Small - 1, false)]
    [TestCase(Small, 0, false)]
    [TestCase(Small, Small + 1, true)]
    [TestCase(Small, Large, false)]
    [TestCase(Large, Large + 1, false)]
    [TestCase(Large, Large - 1, false)]
    [TestCase(Large, Small, false)]
    [TestCase(Large, Large + 1, true)]
    public async Task A_source_of_another_length_than_declared_leaves_the_old_object_and_nothing_else(
        int length, int declared, bool seekable)
    {
        byte[] oldContent = Payload.Bytes(500, 9);
        ObjectProperties old = await PutAsync("object", oldContent);
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();

        foreach (string key in new[] { "object", "new" })
        {
            var source = new ScriptedStream(Payload.Bytes(length)) { Seekable = seekable };
            await StorageAssert.FailsAsync(
                StorageErrorCode.IncompleteBody, () => Bucket.PutAsync(key, source, new PutOptions { ContentLength = declared }));
        }

        await AssertOnlyTheOldIsLeftAsync(old, oldContent, internals);
    }

    [ContractTest]
    [TestCase(Small, 1)]
    [TestCase(Small, -1)]
    [TestCase(Large, 1)]
    [TestCase(Large, -1)]
    public async Task A_seekable_source_that_lies_about_its_length_leaves_the_old_object(int length, int lie)
    {
        byte[] oldContent = Payload.Bytes(500, 9);
        ObjectProperties old = await PutAsync("object", oldContent);
        IReadOnlyList<string>? internals = await Harness.ListInternalNamesAsync();
        var source = new ScriptedStream(Payload.Bytes(length)) { Seekable = true, ClaimedLength = length + lie };

        await StorageAssert.FailsAsync(StorageErrorCode.IncompleteBody, () => Bucket.PutAsync("object", source));

        await AssertOnlyTheOldIsLeftAsync(old, oldContent, internals);
    }

    [ContractTest]
    [TestCase(Small)]
    [TestCase(Large)]
    public async Task A_failure_of_another_store_keeps_its_code(int length)
    {
        var failure = new StorageException(StorageErrorCode.ServiceUnavailable, "The other store is busy.");
        var source = new ScriptedStream(Payload.Bytes(length)) { FailsAt = length - 1, Failure = failure };

        StorageException thrown = await StorageAssert.FailsAsync(
            StorageErrorCode.ServiceUnavailable, () => Bucket.PutAsync("object", source));

        Assert.That(thrown, Is.SameAs(failure));
        Assert.That(thrown.IsTransient, Is.True);
        await AssertKeysAsync();
    }

    [ContractTest]
    public async Task A_source_that_cancels_itself_is_no_cancellation_of_ours()
    {
        byte[] oldContent = Payload.Bytes(500, 9);
        ObjectProperties old = await PutAsync("object", oldContent);
        var timeout = new OperationCanceledException("The source's own timeout.");
        var source = new ScriptedStream(Payload.Bytes(Small)) { FailsAt = 100, Failure = timeout };

        OperationCanceledException thrown = await StorageAssert.ThrowsAsync<OperationCanceledException>(
            () => Bucket.PutAsync("object", source));

        Assert.That(thrown, Is.SameAs(timeout));

        await AssertUntouchedAsync(old, oldContent);
    }

    [ContractTest]
    public async Task A_source_that_pauses_for_longer_than_the_idle_limit_is_stored_whole()
    {
        byte[] content = Payload.Bytes(Large);
        var clock = new LeapingClock();

        // No other part is under way during a pause, because the time passes for it, too.
        await using ObjectStore store = await OpenStoreAsync(static options => options.MaxConcurrency = 1, clock);
        int passes = 0;
        int pauses = 0;
        var source = new ScriptedStream(content)
        {
            Seekable = true,
            BiteSize = PartSize / 10,

            // While it is read for its digest, and, where it is read twice, while it is sent.
            BeforeRead = (position, _) =>
            {
                passes += position == 0 ? 1 : 0;
                if (position > 0 && pauses < Math.Min(passes, 2))
                {
                    pauses++;
                    clock.Leap(TimeSpan.FromSeconds(90));
                }

                return Task.CompletedTask;
            },
        };

        ObjectProperties stored = await store.GetBucket(Bucket.Name).PutAsync("object", source);

        Assert.That(stored.Size, Is.EqualTo(Large));
        Assert.That(pauses, Is.Positive);
        await AssertContentAsync("object", content);
    }

    private async Task AssertOnlyTheOldIsLeftAsync(ObjectProperties old, byte[] content, IReadOnlyList<string>? internals)
    {
        await AssertUntouchedAsync(old, content);
        await AssertKeysAsync(old.Key);
        await AssertNoUploadsAsync();
        if (internals is not null)
        {
            Assert.That(await Harness.ListInternalNamesAsync(), Is.EquivalentTo(internals));
        }
    }
}
