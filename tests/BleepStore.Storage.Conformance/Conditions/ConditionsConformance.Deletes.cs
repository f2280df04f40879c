using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ConditionsConformance<THarness>
{
    [ContractTest]
    public async Task A_conditional_delete_that_holds_deletes()
    {
        foreach (Func<ObjectProperties, DeleteOptions> conditions in new Func<ObjectProperties, DeleteOptions>[]
        {
            stored => new() { IfMatch = stored.ETag },
            stored => new() { IfMatch = $"\"{stored.ETag}\"" },
            _ => new() { IfMatch = "*" },
            stored => new() { IfRevision = stored.Revision },
            stored => new() { IfMatch = stored.ETag, IfRevision = stored.Revision },
        })
        {
            ObjectProperties stored = await PutAsync("object", Old);
            await PutAsync("object2", New);

            if (!Capabilities.DeletesConditionally)
            {
                await StorageAssert.FailsAsync(StorageErrorCode.NotSupported, () => Bucket.DeleteAsync("object", conditions(stored)));
                await AssertUntouchedAsync(stored, Old);
                continue;
            }

            await Bucket.DeleteAsync("object", conditions(stored));
            await AssertKeysAsync("object2");
        }
    }

    [ContractTest]
    public async Task A_conditional_delete_that_does_not_hold_leaves_the_object()
    {
        ObjectProperties first = await PutAsync("object", Payload.Bytes(300, 7));
        ObjectProperties stored = await PutAsync("object", Old);
        StorageErrorCode refusal = Capabilities.DeletesConditionally ? Failed : StorageErrorCode.NotSupported;

        foreach (DeleteOptions conditions in new DeleteOptions[]
        {
            new() { IfMatch = OtherETag },
            new() { IfMatch = first.ETag },
            new() { IfRevision = first.Revision },
            new() { IfMatch = first.ETag, IfRevision = stored.Revision },
            new() { IfMatch = stored.ETag, IfRevision = first.Revision },
        })
        {
            await StorageAssert.FailsAsync(refusal, () => Bucket.DeleteAsync("object", conditions));
        }

        await AssertUntouchedAsync(stored, Old);
    }

    [ContractTest]
    public async Task A_conditional_delete_of_a_missing_object_is_PreconditionFailed()
    {
        ObjectProperties gone = await PutAsync("object", Old);
        await Bucket.DeleteAsync("object");
        StorageErrorCode refusal = Capabilities.DeletesConditionally ? Failed : StorageErrorCode.NotSupported;

        foreach (DeleteOptions conditions in new DeleteOptions[]
        {
            new() { IfMatch = gone.ETag },
            new() { IfMatch = "*" },
            new() { IfRevision = gone.Revision },
        })
        {
            await StorageAssert.FailsAsync(refusal, () => Bucket.DeleteAsync("object", conditions));
        }
    }

    [ContractTest]
    public async Task A_weak_ETag_is_refused_for_a_delete()
    {
        ObjectProperties stored = await PutAsync("object", Old);

        await StorageAssert.ThrowsAsync<ArgumentException>(
            () => Bucket.DeleteAsync("object", new DeleteOptions { IfMatch = $"W/\"{stored.ETag}\"" }));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.DeleteAsync("object", new DeleteOptions { IfRevision = "" }));

        await AssertUntouchedAsync(stored, Old);
    }
}
