using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

/// <summary>Tests that every Unicode string is a key, that no two are the same, and that none leads anywhere else.</summary>
/// <typeparam name="THarness">How to reach the backend.</typeparam>
public abstract partial class KeysConformance<THarness> : ConformanceFixture<THarness>
    where THarness : ConformanceHarness, new()
{
    [ContractTest]
    [TestCaseSource(typeof(KeyCatalogue), nameof(KeyCatalogue.ValidCases))]
    public async Task Round_trips(KeyCase one)
    {
        ArgumentNullException.ThrowIfNull(one);
        byte[] content = Payload.Text($"content of {one.Name}");
        const string copyKey = "the copy";

        ObjectProperties stored = await PutAsync(one.Key, content);
        Assert.That(stored.Key, Is.EqualTo(one.Key));
        await AssertUntouchedAsync(stored, content);
        Assert.That(await Bucket.ExistsAsync(one.Key), Is.True);
        await AssertKeysAsync(one.Key);
        Assert.That(await KeysAsync(new ListOptions { Prefix = one.Key }), Is.EqualTo(new[] { one.Key }));
        Assert.That(await KeysAsync(new ListOptions { StartAfter = one.Key }), Is.Empty);

        await Bucket.CopyAsync(new ObjectAddress(Bucket.Name, one.Key), copyKey);
        await AssertContentAsync(copyKey, content);
        await Bucket.DeleteAsync(one.Key);
        Assert.That(await Bucket.ExistsAsync(one.Key), Is.False);
        await AssertKeysAsync(copyKey);

        await Bucket.CopyAsync(new ObjectAddress(Bucket.Name, copyKey), one.Key);
        await AssertContentAsync(one.Key, content);
        DeleteManyResult result = await Bucket.DeleteManyAsync([one.Key]);
        Assert.That(result.Failures, Is.Empty);
        await AssertKeysAsync(copyKey);
    }

    [UsesMultipart]
    [ContractTest]
    [TestCaseSource(typeof(KeyCatalogue), nameof(KeyCatalogue.ValidCases))]
    public async Task Names_a_multipart_upload(KeyCase one)
    {
        ArgumentNullException.ThrowIfNull(one);
        byte[] content = Payload.Bytes(100);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync(one.Key);
        PartInfo part = await upload.UploadPartAsync(1, content);
        MultipartUploadInfo listed = await Bucket.ListMultipartUploadsAsync().SingleAsync();
        Assert.That((listed.Key, listed.UploadId), Is.EqualTo((one.Key, upload.UploadId)));

        await upload.CompleteAsync([part]);

        await AssertKeysAsync(one.Key);
        await AssertContentAsync(one.Key, content);
    }

    [ContractTest]
    public async Task A_key_that_is_too_long_is_InvalidKey_everywhere()
    {
        await PutAsync("object", [1]);
        foreach (string key in KeyCatalogue.TooLong)
        {
            await AssertRefusedAsync(key, operation => StorageAssert.FailsAsync(StorageErrorCode.InvalidKey, operation));
        }

        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task What_is_no_text_is_an_argument_error_everywhere()
    {
        await PutAsync("object", [1]);
        foreach (string key in KeyCatalogue.NotText.Append(null!))
        {
            await AssertRefusedAsync(key, StorageAssert.ThrowsAsync<ArgumentException>);
        }

        await AssertKeysAsync("object");
    }

    [ContractTest]
    public async Task The_longest_key_is_stored_and_one_byte_more_is_not()
    {
        Assert.That(Capabilities.MaxKeyBytes, Is.GreaterThanOrEqualTo(900));
        string longest = new string('k', Capabilities.MaxKeyBytes - 2) + "\u00e9";

        await PutAsync(longest, [1]);
        await StorageAssert.FailsAsync(StorageErrorCode.InvalidKey, () => PutAsync(longest + "k", [1]));

        await AssertKeysAsync(longest);
        await AssertContentAsync(longest, [1]);
    }

    [ContractTest]
    public async Task No_key_reaches_another_bucket()
    {
        Bucket other = await CreateBucketAsync();
        ObjectProperties victim = await other.PutAsync("victim", Payload.Text("mine"));
        string[] keys =
        [
            $"../{other.Name}/victim",
            $"/../{other.Name}/victim",
            $"a/../../{other.Name}/victim",
            $"..\\{other.Name}\\victim",
            $"./../{other.Name}/victim",
            $"%2e%2e/{other.Name}/victim",
            $"..%2F{other.Name}%2Fvictim",
            $"{other.Name}/victim",
            $"/{other.Name}/victim",
            $"../../{other.Name}/victim",
            $"..;/{other.Name}/victim", $"../{other.Name}//victim", $"../{other.Name}", "..", "../..",
        ];

        foreach (string key in keys)
        {
            Assert.That(await Bucket.ExistsAsync(key), Is.False, key);
            await StorageAssert.FailsAsync(
                StorageErrorCode.NoSuchKey, () => Bucket.CopyAsync(new ObjectAddress(Bucket.Name, key), "stolen"));
            await PutAsync(key, Payload.Text("forged"));
            await AssertUntouchedAsync(other, victim, Payload.Text("mine"));
            await Bucket.DeleteAsync(key);
            await AssertUntouchedAsync(other, victim, Payload.Text("mine"));
        }

        await Bucket.DeleteManyAsync(keys);
        await AssertKeysAsync();
        Assert.That(await other.ListAsync().Select(entry => entry.Key).ToListAsync(), Is.EqualTo(new[] { "victim" }));
    }

    private async Task<List<string>> KeysAsync(ListOptions options) =>
        InPromisedOrder(await Bucket.ListAsync(options).Select(static entry => entry.Key).ToListAsync());

    private async Task AssertRefusedAsync(string key, Func<Func<Task>, Task> assert)
    {
        var address = new ObjectAddress(Bucket.Name, key);
        await assert(() => PutAsync(key, [1]));
        await assert(() => Bucket.PutAsync(key, new ScriptedStream([1])));
        await assert(() => Bucket.GetAsync(key));
        await assert(() => Bucket.HeadAsync(key));
        await assert(() => Bucket.ExistsAsync(key));
        await assert(() => Bucket.DeleteAsync(key));
        await assert(() => Bucket.CopyAsync(address, "copy"));
        await assert(() => Bucket.CopyAsync(new ObjectAddress(Bucket.Name, "object"), key));
        await assert(() => Bucket.MoveAsync("object", key));
        await assert(() => Bucket.OpenReadAsync(key));
        await assert(() => Bucket.OpenWriteAsync(key));
        await assert(() => Bucket.CreateMultipartUploadAsync(key));
        await assert(() => Task.FromResult(Bucket.GetMultipartUpload(key, "id")));
    }
}
