using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests moves, which copy and then delete the source if it has not changed.</summary>
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
            request is DeleteRequest
                ? throw new StorageException(StorageErrorCode.OperationAborted, "The object is locked.")
                : Task.CompletedTask);

        StorageException missing = await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.MoveAsync("missing", "target"));
        StorageException refused = await StorageAssert.FailsAsync(
            StorageErrorCode.OperationAborted, () => locked.MoveAsync("source", "target"));

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

    [ContractTest]
    public async Task A_race_is_allowed_by_name_where_it_cannot_be_excluded()
    {
        await PutAsync("source", Payload.Bytes(100));
        await PutAsync("source2", [2]);

        if (!Capabilities.DeletesConditionally)
        {
            StorageException refusal = await StorageAssert.FailsAsync(
                StorageErrorCode.NotSupported, () => Bucket.MoveAsync("source", "target"));
            Assert.That(refusal.Message, Does.Contain($"{nameof(MoveOptions)}.{nameof(MoveOptions.AllowRace)}"));
        }

        ObjectProperties moved = await Bucket.MoveAsync("source", "target", new MoveOptions { AllowRace = true });

        await AssertUntouchedAsync(moved, Payload.Bytes(100));
        await AssertKeysAsync("source2", "target");
    }

    [ContractTest]
    public async Task A_source_that_is_replaced_during_the_copy_stays_also_where_a_race_is_allowed()
    {
        await PutAsync("source", Payload.Bytes(100, 1));
        ObjectProperties? newer = null;
        Bucket raced = Intercept(backend => backend.After = async request =>
        {
            if (request is CopyRequest)
            {
                newer ??= await PutAsync("source", Payload.Bytes(100, 2));
            }
        });

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => raced.MoveAsync("source", "target", new MoveOptions { AllowRace = true }));

        await AssertUntouchedAsync(newer!, Payload.Bytes(100, 2));
        await AssertContentAsync("target", Payload.Bytes(100, 1));
    }

    [ContractTest]
    public async Task An_object_moves_from_another_bucket()
    {
        Bucket other = await CreateBucketAsync();
        ObjectProperties old = await other.PutAsync("object", Payload.Bytes(100, 1));
        ObjectProperties here = await PutAsync("object", Payload.Bytes(100, 2));

        await Bucket.MoveAsync(new ObjectAddress(other.Name, "object"), "moved", new MoveOptions { AllowRace = true });

        Assert.That(await other.ExistsAsync("object"), Is.False);
        Assert.That((await Bucket.HeadAsync("moved")).Size, Is.EqualTo(old.Size));
        await AssertContentAsync("moved", Payload.Bytes(100, 1));
        await AssertUntouchedAsync(here, Payload.Bytes(100, 2));
    }

    [ContractTest]
    public async Task A_condition_on_the_source_that_does_not_hold_moves_nothing()
    {
        ObjectProperties first = await PutAsync("source", Payload.Bytes(50));
        ObjectProperties source = await PutAsync("source", Payload.Bytes(100));

        foreach (MoveOptions options in new MoveOptions[]
        {
            new() { SourceIfMatch = first.ETag, AllowRace = true },
            new() { SourceIfMatch = $"W/\"{source.ETag}\"", AllowRace = true },
            new() { SourceIfRevision = first.Revision, AllowRace = true },
        })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => Bucket.MoveAsync("source", "target", options));
            await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => Bucket.MoveAsync("source", "source", options));
        }

        await AssertUntouchedAsync(source, Payload.Bytes(100));
        await AssertKeysAsync("source");

        await Bucket.MoveAsync(
            "source", "target", new MoveOptions { SourceIfMatch = source.ETag, SourceIfRevision = source.Revision, AllowRace = true });
        await AssertKeysAsync("target");
    }

    [ContractTest]
    public async Task A_condition_on_the_target_that_does_not_hold_moves_nothing()
    {
        ObjectProperties source = await PutAsync("source", Payload.Bytes(100));
        ObjectProperties target = await PutAsync("target", Payload.Bytes(50));

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => Bucket.MoveAsync("source", "target", new MoveOptions { IfAbsent = true, AllowRace = true }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => Bucket.MoveAsync("source", "target", new MoveOptions { IfMatch = source.ETag, AllowRace = true }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => Bucket.MoveAsync("source", "target", new MoveOptions { IfRevision = source.Revision, AllowRace = true }));
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed,
            () => Bucket.MoveAsync("source", "source", new MoveOptions { IfAbsent = true, AllowRace = true }));
        await StorageAssert.ThrowsAsync<ArgumentException>(
            () =>
                Bucket.MoveAsync("source", "target", new MoveOptions { IfAbsent = true, IfRevision = target.Revision, AllowRace = true }));

        await AssertUntouchedAsync(source, Payload.Bytes(100));
        await AssertUntouchedAsync(target, Payload.Bytes(50));
    }

    [ContractTest]
    public async Task A_move_can_set_the_attributes([Values("target", "source")] string key)
    {
        await PutAsync("source", Payload.Bytes(100), new PutOptions { ContentType = "text/plain", ContentLanguage = "en" });
        var options = new MoveOptions { Attributes = new ObjectAttributes { ContentType = "text/x-moved" }, AllowRace = true };

        await Bucket.MoveAsync("source", key, options);

        StorageAssert.SameAttributes(await Bucket.HeadAsync(key), options.Attributes);
        await AssertContentAsync(key, Payload.Bytes(100));
        await AssertKeysAsync(key);
    }
}
