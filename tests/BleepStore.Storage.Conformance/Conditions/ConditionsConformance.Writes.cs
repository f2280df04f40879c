using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ConditionsConformance<THarness>
{
    private static readonly byte[] Old = Payload.Bytes(300, 1);
    private static readonly byte[] New = Payload.Bytes(400, 2);
    private static readonly byte[] LargeNew = Payload.Bytes(PartSize + 400, 2);

    /// <summary>The ways of writing on which the tests of conditions are run.</summary>
    public enum WriteKind
    {
        /// <summary>A put in one part.</summary>
        Put,

        /// <summary>A put of a stream of unknown length.</summary>
        StreamPut,

        /// <summary>A put above the threshold.</summary>
        LargePut,

        /// <summary>A copy of another object.</summary>
        Copy,

        /// <summary>The completion of a multipart upload.</summary>
        Complete,

        /// <summary>A committed writer.</summary>
        Writer,
    }

    [ContractTest]
    public async Task IfAbsent_creates_where_nothing_is([Values] WriteKind kind)
    {
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        ObjectProperties made = await write.RunAsync(new CompleteOptions { IfAbsent = true });

        Assert.That(made.Key, Is.EqualTo("object"));
        await AssertContentAsync("object", write.Content);
    }

    [ContractTest]
    public async Task IfAbsent_does_not_overwrite([Values] WriteKind kind)
    {
        ObjectProperties old = await PutAsync("object", Old);
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        await write.LosesAsync(new CompleteOptions { IfAbsent = true });

        await AssertUntouchedAsync(old, Old);
    }

    [ContractTest]
    public async Task IfMatch_overwrites_the_object_with_that_ETag([Values] WriteKind kind, [Values] bool quoted)
    {
        ObjectProperties old = await PutAsync("object", Old);
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        ObjectProperties made = await write.RunAsync(new CompleteOptions { IfMatch = quoted ? $"\"{old.ETag}\"" : old.ETag });

        Assert.That(made.Revision, Is.Not.EqualTo(old.Revision));
        await AssertContentAsync("object", write.Content);
    }

    [ContractTest]
    public async Task IfMatch_leaves_an_object_with_another_ETag([Values] WriteKind kind)
    {
        ObjectProperties old = await PutAsync("object", Old);
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        await write.LosesAsync(new CompleteOptions { IfMatch = OtherETag });

        await AssertUntouchedAsync(old, Old);
    }

    [ContractTest]
    public async Task IfMatch_any_means_that_an_object_must_be_there([Values] WriteKind kind)
    {
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);
        await write.LosesAsync(new CompleteOptions { IfMatch = "*" });
        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
        await PutAsync("object", Old);

        await write.RunAsync(new CompleteOptions { IfMatch = "*" });

        await AssertContentAsync("object", write.Content);
    }

    [ContractTest]
    public async Task IfMatch_or_IfRevision_without_an_object_is_PreconditionFailed([Values] WriteKind kind)
    {
        ObjectProperties gone = await PutAsync("object", Old);
        await Bucket.DeleteAsync("object");
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        await write.LosesAsync(new CompleteOptions { IfMatch = gone.ETag });
        await write.LosesAsync(new CompleteOptions { IfRevision = gone.Revision });

        Assert.That(await Bucket.ExistsAsync("object"), Is.False);
    }

    [ContractTest]
    public async Task IfRevision_overwrites_exactly_that_write([Values] WriteKind kind)
    {
        ObjectProperties old = await PutAsync("object", Old);
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        await write.RunAsync(new CompleteOptions { IfRevision = old.Revision });

        await AssertContentAsync("object", write.Content);
    }

    [ContractTest]
    public async Task IfRevision_leaves_a_later_write([Values] WriteKind kind)
    {
        ObjectProperties first = await PutAsync("object", Payload.Bytes(300, 7));
        ObjectProperties second = await PutAsync("object", Old);
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        await write.LosesAsync(new CompleteOptions { IfRevision = first.Revision });

        await AssertUntouchedAsync(second, Old);
    }

    [ContractTest]
    public async Task All_conditions_given_must_hold([Values] WriteKind kind)
    {
        ObjectProperties first = await PutAsync("object", Payload.Bytes(300, 7));
        ObjectProperties second = await PutAsync("object", Old);
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        await write.LosesAsync(new CompleteOptions { IfMatch = second.ETag, IfRevision = first.Revision });
        await write.LosesAsync(new CompleteOptions { IfMatch = first.ETag, IfRevision = second.Revision });
        await AssertUntouchedAsync(second, Old);
        await write.RunAsync(new CompleteOptions { IfMatch = second.ETag, IfRevision = second.Revision });

        await AssertContentAsync("object", write.Content);
    }

    [ContractTest]
    public async Task A_repeated_ETag_meets_IfMatch_where_a_revision_does_not_repeat()
    {
        ObjectProperties first = await PutAsync("object", Old);
        ObjectProperties again = await PutAsync("object", Old, new PutOptions { ContentLanguage = "en" });
        Assert.That(again.ETag, Is.EqualTo(first.ETag));

        await StorageAssert.FailsAsync(Failed, () => PutAsync("object", New, new PutOptions { IfRevision = first.Revision }));
        await AssertUntouchedAsync(again, Old);
        await PutAsync("object", New, new PutOptions { IfMatch = first.ETag });

        await AssertContentAsync("object", New);
    }

    [ContractTest]
    public async Task IfMatch_holds_when_the_same_bytes_are_written_meanwhile()
    {
        ObjectProperties first = await PutAsync("object", Old);
        int rewrites = 0;
        Bucket raced = Intercept(backend => backend.Before = async request =>
        {
            if (request is Backends.PutRequest && rewrites++ < 2)
            {
                await PutAsync("object", Old);
            }
        });

        ObjectProperties made = await raced.PutAsync("object", New, new PutOptions { IfMatch = first.ETag });

        await AssertUntouchedAsync(made, New);
    }

    [ContractTest]
    public async Task IfMatch_fails_when_another_object_is_written_meanwhile()
    {
        ObjectProperties first = await PutAsync("object", Old);
        byte[] others = Payload.Bytes(200, 5);
        ObjectProperties? other = null;
        Bucket raced = Intercept(backend => backend.Before = async request =>
        {
            if (request is Backends.PutRequest)
            {
                other ??= await PutAsync("object", others);
            }
        });

        await StorageAssert.FailsAsync(Failed, () => raced.PutAsync("object", New, new PutOptions { IfMatch = first.ETag }));

        await AssertUntouchedAsync(other!, others);
    }

    [ContractTest]
    public async Task What_is_no_condition_for_a_write_is_an_argument_error([Values] WriteKind kind)
    {
        ObjectProperties old = await PutAsync("object", Old);
        ConditionalWrite write = await ConditionalWrite.CreateAsync(this, kind);

        foreach (CompleteOptions conditions in new CompleteOptions[]
        {
            new() { IfAbsent = true, IfMatch = old.ETag },
            new() { IfAbsent = true, IfMatch = "*" },
            new() { IfAbsent = true, IfRevision = old.Revision },
            new() { IfMatch = $"\"{old.ETag}\", \"{OtherETag}\"" },
            new() { IfMatch = $"W/\"{old.ETag}\"" },
            new() { IfMatch = "" },
            new() { IfRevision = "" },
        })
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => write.RunAsync(conditions));
        }

        await AssertUntouchedAsync(old, Old);
    }
}
