using BleepStore.Storage.Gcp.Wire;

namespace BleepStore.Storage.Gcp.Tests.Wire;

public sealed class GcpNamesTests
{
    [TestCase("a/b", "photos/a/b")]
    [TestCase("a\nb", "photos/a~=0ab")]
    [TestCase("..", "photos/..")]
    [TestCase(".bleepstore/x", "photos/.bleepstore/x")]
    public void Names_in_the_shared_bucket(string key, string name) =>
        AssertSpelled(new GcpNames("", GcpBucketMapping.SharedContainer), key, name);

    [TestCase("a/b", "p/photos/a/b")]
    public void Names_in_the_shared_bucket_with_a_prefix(string key, string name) =>
        AssertSpelled(new GcpNames("p/", GcpBucketMapping.SharedContainer), key, name);

    [TestCase("a/b", "a/b")]
    [TestCase("a/../b", "a/../b")]
    [TestCase(".", ".~=")]
    [TestCase("..", "..~=")]
    [TestCase("..~=", "..~=7e=")]
    [TestCase("...", "...")]
    [TestCase(".bleepstore/x\r", ".bleepstore~=2fx~=0d")]
    [TestCase(".bleepstore/", ".bleepstore~=2f")]
    [TestCase(".bleepstore", ".bleepstore")]
    [TestCase(".well-known/acme-challenge/t", ".well-known/acme-challenge~=2ft")]
    [TestCase("~=2e", "~=7e=2e")]
    public void Names_in_a_bucket_of_its_own(string key, string name) =>
        AssertSpelled(new GcpNames("", GcpBucketMapping.ContainerPerBucket), key, name);

    [TestCase("~=2ex")]
    [TestCase("..")]
    [TestCase("...~=")]
    [TestCase(".bleepstor~=2fx")]
    [TestCase(".bleepstore/uploads/x/1")]
    [TestCase("~=0")]
    [TestCase("a~=41")]
    public void Names_that_no_key_maps_to_are_not_read(string name) =>
        Assert.That(new GcpNames("", GcpBucketMapping.ContainerPerBucket).TryReadKey("photos", name, out _), Is.False);

    [Test]
    public void A_name_that_escapes_make_too_long_is_refused_before_any_request()
    {
        var names = new GcpNames("", GcpBucketMapping.ContainerPerBucket);

        StorageException error = Assert.Throws<StorageException>(() => names.ObjectName("photos", new string('\n', 257)))!;

        Assert.That(error.Code, Is.EqualTo(StorageErrorCode.InvalidKey));
        Assert.That(names.ObjectName("photos", new string('\n', 256)), Has.Length.EqualTo(1024));
    }

    [TestCase("a", "photos/a")]
    [TestCase("a\nb", "photos/a")]
    public void Listing_after_a_key_begins_where_no_later_key_is_missed(string after, string offset) =>
        Assert.That(new GcpNames("", GcpBucketMapping.SharedContainer).StartOffset("photos", after), Is.EqualTo(offset));

    private static void AssertSpelled(GcpNames names, string key, string name)
    {
        Assert.That(names.ObjectName("photos", key), Is.EqualTo(name));
        Assert.That(names.TryReadKey("photos", name, out string? read), Is.True);
        Assert.That(read, Is.EqualTo(key));
    }
}
