using BleepStore.Storage.Backends;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class CopyConformance<THarness>
{
    [ContractTest]
    public async Task Conditions_on_the_source_that_hold_let_the_copy_through()
    {
        byte[] content = Payload.Bytes(100);
        await PutAsync("source", content);
        ObjectProperties source = await Bucket.HeadAsync("source");

        foreach (CopyOptions options in new CopyOptions[]
        {
            new() { SourceIfMatch = source.ETag },
            new() { SourceIfMatch = $"\"{source.ETag}\"" },
            new() { SourceIfMatch = "*" },
            new() { SourceIfMatch = $"\"another\", \"{source.ETag}\"" },
            new() { SourceIfNoneMatch = "another" },
            new() { SourceIfNoneMatch = "W/\"another\", \"third\"" },
            new() { SourceIfModifiedSince = source.LastModified.AddHours(-1) },
            new() { SourceIfUnmodifiedSince = source.LastModified },
            new() { SourceIfRevision = source.Revision },
            new() { SourceIfMatch = source.ETag, SourceIfUnmodifiedSince = source.LastModified.AddHours(-1) },
            new() { SourceIfNoneMatch = "another", SourceIfModifiedSince = source.LastModified.AddHours(1) },
        })
        {
            await Bucket.DeleteAsync("copy");
            await Bucket.CopyAsync(Address("source"), "copy", options);
            await AssertContentAsync("copy", content);
        }
    }

    [ContractTest]
    public async Task Conditions_on_the_source_that_do_not_hold_leave_the_destination()
    {
        ObjectProperties first = await PutAsync("source", Payload.Bytes(50));
        await PutAsync("source", Payload.Bytes(100));
        ObjectProperties source = await Bucket.HeadAsync("source");
        ObjectProperties old = await PutAsync("copy", Payload.Bytes(10, 1));

        foreach (CopyOptions options in new CopyOptions[]
        {
            new() { SourceIfMatch = first.ETag },
            new() { SourceIfMatch = $"W/\"{source.ETag}\"" },
            new() { SourceIfNoneMatch = source.ETag },
            new() { SourceIfNoneMatch = $"\"another\", W/\"{source.ETag}\"" },
            new() { SourceIfNoneMatch = "*" },
            new() { SourceIfModifiedSince = source.LastModified },
            new() { SourceIfUnmodifiedSince = source.LastModified.AddHours(-1) },
            new() { SourceIfRevision = first.Revision },
        })
        {
            await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => Bucket.CopyAsync(Address("source"), "copy", options));
        }

        await AssertUntouchedAsync(old, Payload.Bytes(10, 1));
        await AssertUntouchedAsync(source, Payload.Bytes(100));
    }

    [ContractTest]
    [TestCase(1000)]
    [TestCase(PartSize + 1000)]
    public async Task A_source_that_is_replaced_meanwhile_is_not_copied(int size)
    {
        await PutAsync("source", Payload.Bytes(size, 1));
        ObjectProperties old = await PutAsync("copy", Payload.Bytes(10, 9));
        bool replaced = false;
        Bucket raced = Intercept(backend => backend.Before = async request =>
        {
            if (request is CopyRequest or CopyPartRequest && !replaced)
            {
                replaced = true;
                await PutAsync("source", Payload.Bytes(size, 2));
            }
        });

        await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => raced.CopyAsync(Address("source"), "copy"));

        await AssertUntouchedAsync(old, Payload.Bytes(10, 9));
        await AssertContentAsync("source", Payload.Bytes(size, 2));
        await AssertNoUploadsAsync();
    }

    [ContractTest]
    public async Task A_copy_onto_itself_can_be_conditional()
    {
        byte[] content = Payload.Bytes(100);
        ObjectProperties stored = await PutAsync("object", content);

        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => Bucket.CopyAsync(Address("object"), "object", new CopyOptions { IfAbsent = true }));
        await AssertUntouchedAsync(stored, content);
        await Bucket.CopyAsync(
            Address("object"),
            "object",
            new CopyOptions
            {
                IfRevision = stored.Revision,
                SourceIfRevision = stored.Revision,
                Attributes = new ObjectAttributes { ContentLanguage = "en" },
            });

        Assert.That((await Bucket.HeadAsync("object")).ContentLanguage, Is.EqualTo("en"));
        await AssertContentAsync("object", content);
    }
}
