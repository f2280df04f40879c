using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Moves: a copy, then the source goes if it is still what was copied.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class MoveConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    [TestCase(0)]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_moved_object_is_whole_at_its_new_key_and_gone_from_the_old(int size)
    {
        byte[] content = Payload.Bytes(size);
        var attributes = new PutOptions { ContentType = "text/x-moved", Metadata = new Dictionary<string, string> { ["a"] = "1" } };
        await PutAsync("source", content, attributes);
        await PutAsync("source/child", [1]);
        await PutAsync("source2", [2]);

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => Bucket.MoveAsync("source", "target"));
            await AssertContentAsync("source", content);
            Assert.That(await Bucket.ExistsAsync("target"), Is.False);
            return;
        }

        ObjectProperties moved = await Bucket.MoveAsync("source", "target");

        Assert.That(moved.Key, Is.EqualTo("target"));
        StorageAssert.SameAttributes(moved, attributes);
        await AssertUntouchedAsync(moved, content);
        await AssertKeysAsync("source/child", "source2", "target");
    }

    [ContractTest]
    public async Task A_move_replaces_what_is_at_its_target()
    {
        await PutAsync("source", Payload.Bytes(10));
        ObjectProperties old = await PutAsync("target", Payload.Bytes(5000, 1));

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => Bucket.MoveAsync("source", "target"));
            await AssertUntouchedAsync(old, Payload.Bytes(5000, 1));
            return;
        }

        await Bucket.MoveAsync("source", "target");

        await AssertKeysAsync("target");
        await AssertContentAsync("target", Payload.Bytes(10));
    }

    [ContractTest]
    public async Task A_move_onto_itself_does_nothing()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => Bucket.MoveAsync("object", "object"));
        }
        else
        {
            StorageAssert.SameObject(await Bucket.MoveAsync("object", "object"), stored);
        }

        await AssertUntouchedAsync(stored, Payload.Bytes(100));
    }

    [ContractTest]
    public async Task A_missing_source_is_NoSuchKey_and_the_target_stays()
    {
        ObjectProperties old = await PutAsync("target", Payload.Bytes(100));
        StorageErrorCode expected = Capabilities.DeletesConditionally ? StorageErrorCode.NoSuchKey : StorageErrorCode.NotSupported;

        await StorageAssert.FailsAsync(expected, () => Bucket.MoveAsync("source", "target"));
        await StorageAssert.FailsAsync(expected, () => Bucket.MoveAsync("source", "source"));

        await AssertUntouchedAsync(old, Payload.Bytes(100));
        await AssertKeysAsync("target");
    }

    [ContractTest]
    public async Task A_failure_that_the_source_causes_names_the_source()
    {
        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => Bucket.MoveAsync("missing", "target"));
            return;
        }

        byte[] content = Payload.Bytes(100);
        ObjectProperties stored = await PutAsync("source", content);
        Bucket locked = Intercept(static backend => backend.Before = static request =>
            request is DeleteRequest ? throw new StorageException(StorageErrorCode.OperationAborted, "The object is locked.") : Task.CompletedTask);

        StorageException missing = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.MoveAsync("missing", "target"));
        StorageException refused = await StorageAssert.FailsAsync(StorageErrorCode.OperationAborted, () => locked.MoveAsync("source", "target"));

        Assert.That((missing.Operation, missing.Bucket, missing.Key), Is.EqualTo(("Move", Bucket.Name, "missing")));
        Assert.That((refused.Operation, refused.Bucket, refused.Key), Is.EqualTo(("Move", Bucket.Name, "source")));
        await AssertUntouchedAsync(stored, content);
        await AssertContentAsync("target", content);
    }

    [ContractTest]
    public async Task A_source_that_is_replaced_after_the_copy_stays()
    {
        await PutAsync("source", Payload.Bytes(100, 1));
        ObjectProperties? newer = null;
        Bucket raced = Intercept(backend => backend.Before = async request =>
        {
            if (request is DeleteRequest)
            {
                newer ??= await PutAsync("source", Payload.Bytes(100, 2));
            }
        });

        if (!Capabilities.DeletesConditionally)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => raced.MoveAsync("source", "target"));
            await AssertContentAsync("source", Payload.Bytes(100, 1));
            return;
        }

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => raced.MoveAsync("source", "target"));

        await AssertUntouchedAsync(newer!, Payload.Bytes(100, 2));
        await AssertContentAsync("target", Payload.Bytes(100, 1));
    }

    [ContractTest]
    public async Task What_is_no_key_is_refused_and_nothing_is_moved()
    {
        ObjectProperties stored = await PutAsync("object", Payload.Bytes(100));

        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.MoveAsync("object", ""));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.MoveAsync("", "object"));
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidKey, () => Bucket.MoveAsync("object", KeyCatalogue.TooLong[0]));

        await AssertUntouchedAsync(stored, Payload.Bytes(100));
        await AssertKeysAsync("object");
    }
}
