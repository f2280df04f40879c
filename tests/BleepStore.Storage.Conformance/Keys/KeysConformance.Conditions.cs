using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class KeysConformance<THarness>
{
    /// <summary>
    /// A backend sends conditional requests by code of their own. They must name the object of the key and bucket, under every mapping of
    /// names.
    /// </summary>
    [ContractTest]
    [TestCase("object")]
    [TestCase("/object")]
    [TestCase(".bleepstore/object")]
    [TestCase("a\\b/../object.")]
    public async Task A_condition_is_about_the_object_of_its_key_and_bucket(string key)
    {
        StorageErrorCode refusal = Capabilities.DeletesConditionally ? StorageErrorCode.PreconditionFailed : StorageErrorCode.NotSupported;
        Bucket other = await CreateBucketAsync();
        ObjectProperties elsewhere = await other.PutAsync(key, Payload.Text("elsewhere"));

        ObjectProperties first = await PutAsync(key, Payload.Text("first"), new PutOptions { IfAbsent = true });
        ObjectProperties second = await PutAsync(key, Payload.Text("second"), new PutOptions { IfRevision = first.Revision });
        await StorageAssert.FailsAsync(
            StorageErrorCode.PreconditionFailed, () => PutAsync(key, Payload.Text("third"), new PutOptions { IfAbsent = true }));
        foreach (string revision in new[] { first.Revision, elsewhere.Revision })
        {
            await StorageAssert.FailsAsync(
                StorageErrorCode.PreconditionFailed, () => PutAsync(key, Payload.Text("third"), new PutOptions { IfRevision = revision }));
            await StorageAssert.FailsAsync(
                StorageErrorCode.PreconditionFailed, () => Bucket.GetAsync(key, new GetOptions { IfRevision = revision }));
            await StorageAssert.FailsAsync(refusal, () => Bucket.DeleteAsync(key, new DeleteOptions { IfRevision = revision }));
        }

        await AssertUntouchedAsync(second, Payload.Text("second"));
        Assert.That(await ReadAsync(key, new GetOptions { IfRevision = second.Revision }), Is.EqualTo(Payload.Text("second")));
        if (Capabilities.DeletesConditionally)
        {
            await Bucket.DeleteAsync(key, new DeleteOptions { IfRevision = second.Revision });
            await StorageAssert.FailsAsync(refusal, () => Bucket.DeleteAsync(key, new DeleteOptions { IfRevision = second.Revision }));
            await AssertKeysAsync();
        }

        await AssertUntouchedAsync(other, elsewhere, Payload.Text("elsewhere"));
    }
}
