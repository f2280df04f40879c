using System.Text;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Tests.Backends.Toolkit.Names;

public sealed class UpstreamNamesTests
{
    [TestCase("", true, "photos/a/b", "photos/", ".bleepstore/buckets/photos", ".bleepstore/uploads/photos/")]
    [TestCase("pre/", true, "pre/photos/a/b", "pre/photos/", "pre/.bleepstore/buckets/photos", "pre/.bleepstore/uploads/photos/")]
    [TestCase("", false, "a/b", "", ".bleepstore/buckets/photos", ".bleepstore/uploads/")]
    [TestCase("pre/", false, "pre/a/b", "pre/", "pre/.bleepstore/buckets/photos", "pre/.bleepstore/uploads/")]
    public void Names_lie_under_the_prefix_and_in_a_shared_container_under_the_bucket(
        string prefix, bool isShared, string objectName, string root, string marker, string uploads)
    {
        var names = new ServiceNames(prefix, isShared);

        Assert.That(names.ObjectName("photos", "a/b"), Is.EqualTo(objectName));
        Assert.That(names.Root("photos"), Is.EqualTo(root));
        Assert.That(names.ObjectPrefix("photos", "a"), Is.EqualTo(root + "a"));
        Assert.That(names.BucketMarker("photos"), Is.EqualTo(marker));
        Assert.That(names.BucketMarkers, Is.EqualTo(prefix + ".bleepstore/buckets/"));
        Assert.That(names.Uploads("photos"), Is.EqualTo(uploads));
        Assert.That(names.Probe(Guid.Empty), Is.EqualTo(prefix + ".bleepstore/probe/00000000000000000000000000000000"));
        Assert.That(names.IsShared, Is.EqualTo(isShared));
    }

    [TestCase("a/b")]
    [TestCase("line\nbreak")]
    [TestCase(".bleepstore/buckets/photos")]
    [TestCase("größe")]
    public void Every_key_is_read_back_from_its_name(string key)
    {
        foreach (ServiceNames names in new ServiceNames[] { new("", true), new("pre/", true), new("", false), new("pre/", false) })
        {
            string name = names.ObjectName("photos", key);
            Assert.That(names.TryReadKey("photos", name, out string? read), Is.True, name);
            Assert.That(read, Is.EqualTo(key));
        }
    }

    [TestCase("", true, "films/a")]
    [TestCase("", true, "photos/")]
    [TestCase("pre/", true, "photos/a")]
    [TestCase("", false, ".bleepstore/uploads/1")]
    [TestCase("", false, "a~=0")]
    [TestCase("pre/", false, "a")]
    public void Names_of_other_buckets_and_of_no_key_are_not_read(string prefix, bool isShared, string name) =>
        Assert.That(new ServiceNames(prefix, isShared).TryReadKey("photos", name, out _), Is.False);

    [TestCase("photos/a/", "a/")]
    [TestCase("photos/a~=0a/", "a\n/")]
    [TestCase("films/a/", null)]
    public void Prefixes_are_read_back(string prefix, string? keys)
    {
        Assert.That(new ServiceNames("", isShared: true).TryReadPrefix("photos", prefix, out string? read), Is.EqualTo(keys is not null));
        Assert.That(read, Is.EqualTo(keys));
    }

    [TestCase("", true, 1024 - 64)]
    [TestCase("pre/", true, 1024 - 4 - 64)]
    [TestCase("", false, 1024)]
    [TestCase("pre/", false, 1020)]
    public void The_longest_key_has_a_name_in_every_bucket(string prefix, bool isShared, int bytes)
    {
        var names = new ServiceNames(prefix, isShared);
        string bucket = new('b', 63);

        Assert.That(names.MaxKeyBytes, Is.EqualTo(bytes));
        Assert.That(Encoding.UTF8.GetByteCount(names.ObjectName(bucket, new string('ä', bytes / 2))), Is.LessThanOrEqualTo(1024));
        Assert.That(
            () => names.ObjectName(bucket, new string('a', bytes + 1)),
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Code)).EqualTo(StorageErrorCode.InvalidKey)
                .And.Message.Contains("1025"));
    }

    [TestCase("")]
    [TestCase("a/")]
    [TestCase("A-b_c.d/e/")]
    public void A_prefix_of_folders_is_valid(string prefix) => Assert.That(UpstreamNames.PrefixFault(prefix), Is.Null);

    [TestCase(null, "null")]
    [TestCase("a", "slash")]
    [TestCase("/", "empty")]
    [TestCase("a//", "empty")]
    [TestCase("a./", "dot")]
    [TestCase("../", "dot")]
    [TestCase(".bleepstore/", ".bleepstore")]
    [TestCase("a/.bleepstore/b/", ".bleepstore")]
    [TestCase("ä/", "letters")]
    [TestCase("a b/", "letters")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/", "61 characters")]
    public void Any_other_prefix_has_a_fault(string? prefix, string part) =>
        Assert.That(UpstreamNames.PrefixFault(prefix), Does.Contain(part));

    private sealed class ServiceNames(string prefix, bool isShared) : UpstreamNames(prefix, isShared, maxLength: 1024, new KeyCodecRules
    {
        MustEscape = static character => character.Value is '\n',
        ReservedPrefixes = isShared ? [] : [Internal],
    })
    {
        public string Uploads(string bucket) => InternalFolder("uploads", bucket);
    }
}
