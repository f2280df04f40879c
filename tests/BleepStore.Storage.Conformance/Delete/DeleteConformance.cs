using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests that deletes are idempotent and delete exactly the key, and no similar key.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract class DeleteConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    [TestCase("a")]
    [TestCase("a/b")]
    [TestCase("a/b/")]
    [TestCase("a/b/c")]
    public async Task A_delete_takes_exactly_its_key(string key)
    {
        string[] keys = [.. ListModel.InOrder(["a", "a/", "a/b", "a/b/", "a/b/c", "a/bc", "a.b", "ab", "A", "b"])];
        foreach (string each in keys)
        {
            await PutAsync(each, Payload.Text(each));
        }

        Bucket other = await CreateBucketAsync();
        await other.PutAsync(key, Payload.Text("elsewhere"));

        await Bucket.DeleteAsync(key);

        string[] left = [.. keys.Where(each => each != key)];
        await AssertKeysAsync(left);
        foreach (string each in left)
        {
            await AssertContentAsync(each, Payload.Text(each));
        }

        await AssertContentAsync(other, key, Payload.Text("elsewhere"));
        await StorageAssert.FailsAsync(StorageErrorCode.NoSuchKey, () => Bucket.HeadAsync(key));
    }

    [ContractTest]
    public async Task Deleting_what_is_not_there_is_success()
    {
        await PutAsync("object/child", [1]);

        await Bucket.DeleteAsync("object");
        await Bucket.DeleteAsync("object");
        await Bucket.DeleteAsync("object/");
        await Bucket.DeleteAsync("object/child/grandchild");

        await AssertKeysAsync("object/child");
    }

    [ContractTest]
    public async Task A_key_can_be_put_again_after_a_delete()
    {
        ObjectProperties first = await PutAsync("a/b/c", [1], new PutOptions { ContentLanguage = "en" });
        await Bucket.DeleteAsync("a/b/c");
        Assert.That(await Bucket.ExistsAsync("a/b/c"), Is.False);

        ObjectProperties second = await PutAsync("a/b/c", [1]);

        Assert.That(second.Revision, Is.Not.EqualTo(first.Revision));
        Assert.That((await Bucket.HeadAsync("a/b/c")).ContentLanguage, Is.Null);
        await AssertContentAsync("a/b/c", [1]);
    }

    [ContractTest]
    public async Task A_prefix_becomes_an_object_when_its_last_child_is_deleted()
    {
        await PutAsync("a/b", [1]);
        await Bucket.DeleteAsync("a/b");
        await PutAsync("a", [2]);
        await PutAsync("a/b", [3]);
        await Bucket.DeleteAsync("a");

        await AssertKeysAsync("a/b");
        await AssertContentAsync("a/b", [3]);
    }

    [ContractTest]
    public async Task Many_keys_are_deleted_and_the_others_stay()
    {
        string[] keys = ["plain", "a/b", "a/b/c", "I'm a < & weird path", "x&amp;y", "<![CDATA[x]]>", "emoji \ud83d\ude40", "100%"];
        string[] neighbours = ["a", "a/b/c/d", "plain2"];
        foreach (string key in keys.Concat(neighbours))
        {
            await PutAsync(key, Payload.Text(key));
        }

        DeleteManyResult result = await Bucket.DeleteManyAsync([.. keys, "missing", "missing/too"]);

        Assert.That(result.Failures, Is.Empty);
        Assert.That(result.Count, Is.EqualTo(keys.Length + 2));
        await AssertKeysAsync([.. ListModel.InOrder(neighbours)]);
    }

    [ContractTest]
    public async Task A_key_named_twice_counts_once()
    {
        await PutAsync("object", [1]);
        await PutAsync("other", [1]);

        DeleteManyResult result = await Bucket.DeleteManyAsync(["object", "object"]);

        Assert.That(result.Count, Is.EqualTo(1));
        Assert.That(result.Failures, Is.Empty);
        await AssertKeysAsync("other");
    }

    [ContractTest]
    public async Task Deleting_no_key_deletes_nothing()
    {
        await PutAsync("object", [1]);

        DeleteManyResult result = await Bucket.DeleteManyAsync([]);

        Assert.That(result.Count, Is.Zero);
        Assert.That(result.Failures, Is.Empty);
        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task Keys_that_cannot_be_stored_are_failures_of_their_own()
    {
        await PutAsync("object", [1]);
        string tooLong = KeyCatalogue.TooLong[0];

        DeleteManyResult result = await Bucket.DeleteManyAsync([tooLong, "object"]);

        Assert.That(result.Count, Is.EqualTo(1));
        Assert.That(
            result.Failures.Select(failure => (failure.Key, failure.Error.Code)),
            Is.EqualTo(new[] { (tooLong, StorageErrorCode.InvalidKey) }));
        await AssertKeysAsync();
    }

    [ContractTest]
    public async Task What_is_no_key_is_an_argument_error_and_nothing_is_deleted()
    {
        await PutAsync("object", [1]);

        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.DeleteManyAsync(["object", ""]));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.DeleteManyAsync(["object", "\ud800"]));
        await StorageAssert.ThrowsAsync<ArgumentNullException>(() => Bucket.DeleteManyAsync(null!));
        await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.DeleteAsync(""));

        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task More_keys_than_one_request_takes_are_deleted()
    {
        string[] keys = [.. Enumerable.Range(0, Harness.BulkKeys).Select(static number => $"bulk/{number:D5}")];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (key, token) =>
            await Bucket.PutAsync(key, new byte[] { 1 }, options: null, token));
        await PutAsync("bulk", [1]);
        await PutAsync("bulk/", [1]);
        await PutAsync("bulky", [1]);

        DeleteManyResult result = await Bucket.DeleteManyAsync(keys);

        Assert.That(result.Count, Is.EqualTo(keys.Length));
        Assert.That(result.Failures, Is.Empty);
        await AssertKeysAsync("bulk", "bulk/", "bulky");
    }
}
