using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class PresignConformance<THarness>
{
    [ContractTest]
    public async Task Hard_keys_are_put_and_read_by_URL_and_stay_apart()
    {
        if (await SignAsync("object", PresignMethod.Put) is null)
        {
            return;
        }

        var stored = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (KeyCase one in KeyCatalogue.Valid)
        {
            if (await SignLinkedAsync(one.Key, PresignMethod.Put) is { } put)
            {
                byte[] content = Payload.Text($"content of {one.Name}");
                HttpAnswer answer = await PlainHttp.SendAsync(put, content);
                Assert.That(answer.IsSuccess, Is.True, $"{one.Name}: {answer}");
                stored.Add(one.Key, content);
            }
        }

        Assert.That(stored, Has.Count.GreaterThan(KeyCatalogue.Valid.Count / 2));
        Assert.That(await Bucket.ListAsync().Select(static entry => entry.Key).ToListAsync(), Is.EquivalentTo(stored.Keys));
        foreach ((string key, byte[] content) in stored)
        {
            HttpAnswer answer = await PlainHttp.SendAsync((await SignAsync(key, PresignMethod.Get))!);
            Assert.That(answer.Body, Is.EqualTo(content), $"{key}: {answer}");
            await AssertContentAsync(key, content);
        }
    }

    [ContractTest]
    public async Task A_name_upstream_is_that_of_the_object()
    {
        await PutAsync("a/b", Old);
        await PutAsync("a/b2", New);
        UpstreamName name;
        try
        {
            name = Store.GetUpstreamName(Bucket.Name, "a/b");
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NotSupported && !Capabilities.SupportsPresign)
        {
            return;
        }

        Assert.That(name.Name, Does.EndWith("a/b"), "natural keys have natural names");
        if (await Harness.ReadUpstreamAsync(Store, name) is not { } found)
        {
            return;
        }

        Assert.That(found, Is.EqualTo(Old));
        foreach (KeyCase one in KeyCatalogue.Valid)
        {
            byte[] content = Payload.Text($"content of {one.Name}");
            await PutAsync(one.Key, content);
            Assert.That(await Harness.ReadUpstreamAsync(Store, Store.GetUpstreamName(Bucket.Name, one.Key)), Is.EqualTo(content), one.Name);
        }
    }

    [ContractTest]
    public async Task Keys_are_checked_before_anything_is_signed()
    {
        foreach (string key in KeyCatalogue.TooLong)
        {
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidKey, () => Bucket.PresignAsync(key, PresignMethod.Get, Validity));
            await StorageAssert.FailsAsync(
                StorageErrorCode.InvalidKey, () => Bucket.PresignPostAsync(key, Validity, new PresignPostOptions { IsWholeKey = true }));
            await StorageAssert.FailsAsync(StorageErrorCode.InvalidKey, () => Task.FromResult(Store.GetUpstreamName(Bucket.Name, key)));
        }

        foreach (string key in KeyCatalogue.NotText)
        {
            await StorageAssert.ThrowsAsync<ArgumentException>(() => Bucket.PresignAsync(key, PresignMethod.Get, Validity));
        }
    }

    private static bool IsDots(string segment) => segment is "." or "..";

    /// <summary>
    /// Signs a URL, except for a key that URLs cannot express, because browsers resolve the segments <c>.</c> and <c>..</c>.
    /// </summary>
    private async Task<PresignedUrl?> SignLinkedAsync(string key, PresignMethod method)
    {
        try
        {
            return await SignAsync(key, method);
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.InvalidKey && key.Split('/').Any(IsDots))
        {
            return null;
        }
    }
}
