namespace BleepStore.Storage.Tests.Model;

public sealed class ObjectPropertiesTests
{
    private static readonly ObjectAttributes Attributes = new()
    {
        ContentType = "a/b",
        ContentEncoding = "gzip",
        ContentLanguage = "fr",
        ContentDisposition = "inline",
        CacheControl = "no-store",
        Expires = DateTimeOffset.UnixEpoch,
        StorageClass = "COLD",
        Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "value" },
    };

    [Test]
    public void All_attributes_become_properties()
    {
        ObjectProperties made = Make(Attributes);
        Assert.That(made.WithoutProperties(), Is.EqualTo(Attributes));
        Assert.That(made, Is.EqualTo(new ObjectProperties
        {
            Key = "k",
            Size = 1,
            ETag = "e",
            Revision = "r",
            LastModified = DateTimeOffset.UnixEpoch,
            ContentType = "a/b",
            ContentEncoding = "gzip",
            ContentLanguage = "fr",
            ContentDisposition = "inline",
            CacheControl = "no-store",
            Expires = DateTimeOffset.UnixEpoch,
            StorageClass = "COLD",
            Metadata = Attributes.Metadata,
        }));
    }

    [Test]
    public void No_attributes_become_properties_without_any() => Assert.That(Make(new ObjectAttributes()), Is.EqualTo(new ObjectProperties
    {
        Key = "k",
        Size = 1,
        ETag = "e",
        Revision = "r",
        LastModified = DateTimeOffset.UnixEpoch,
    }));

    [TestCase(0)]
    [TestCase(1)]
    public void Metadata_that_changes_later_changes_no_properties(int count)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int entry = 0; entry < count; entry++)
        {
            metadata[$"name{entry}"] = "value";
        }

        ObjectProperties made = Make(new ObjectAttributes { Metadata = metadata });
        metadata["later"] = "value";
        Assert.That(made.Metadata, Has.Count.EqualTo(count));
    }

    [Test]
    public void Names_of_metadata_are_found_in_any_case() => Assert.That(Make(Attributes).Metadata["NAME"], Is.EqualTo("value"));

    [Test]
    public void There_must_be_attributes() =>
        Assert.That(static () => Make(null!), Throws.ArgumentNullException);

    private static ObjectProperties Make(ObjectAttributes attributes) => new(attributes)
    {
        Key = "k",
        Size = 1,
        ETag = "e",
        Revision = "r",
        LastModified = DateTimeOffset.UnixEpoch,
    };
}
