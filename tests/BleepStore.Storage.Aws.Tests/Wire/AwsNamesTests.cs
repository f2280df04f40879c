using System.Text;
using BleepStore.Storage.Aws.Wire;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Aws.Tests.Wire;

public sealed class AwsNamesTests
{
    private static readonly AwsNames Shared = new("", AwsBucketMapping.SharedContainer);
    private static readonly AwsNames Prefixed = new("pre/fix/", AwsBucketMapping.SharedContainer);
    private static readonly AwsNames PerBucket = new("", AwsBucketMapping.ContainerPerBucket);
    private static readonly AwsNames PerBucketPrefixed = new("pre/", AwsBucketMapping.ContainerPerBucket);

    [TestCase("a/b/c.txt", "photos/a/b/c.txt", "pre/fix/photos/a/b/c.txt", "a/b/c.txt", "pre/a/b/c.txt")]
    [TestCase("/x", "photos//x", "pre/fix/photos//x", "~=2fx", "pre//x")]
    [TestCase("dir/", "photos/dir/", "pre/fix/photos/dir/", "dir/", "pre/dir/")]
    [TestCase("../x", "photos/..~=/x", "pre/fix/photos/..~=/x", "..~=/x", "pre/..~=/x")]
    [TestCase("Acme Inc./v1.", "photos/Acme Inc./v1.", "pre/fix/photos/Acme Inc./v1.", "Acme Inc./v1.", "pre/Acme Inc./v1.")]
    [TestCase("a\tb", "photos/a~=09b", "pre/fix/photos/a~=09b", "a~=09b", "pre/a~=09b")]
    [TestCase("~=2fx", "photos/~=7e=2fx", "pre/fix/photos/~=7e=2fx", "~=7e=2fx", "pre/~=7e=2fx")]
    [TestCase(".bleepstore/x", "photos/.bleepstore/x", "pre/fix/photos/.bleepstore/x", ".bleepstore~=2fx", "pre/.bleepstore~=2fx")]
    [TestCase("größe #?%+ ", "photos/größe #?%+ ", "pre/fix/photos/größe #?%+ ", "größe #?%+ ", "pre/größe #?%+ ")]
    public void Objects_have_these_names(string key, params string[] expected)
    {
        AwsNames[] names = [Shared, Prefixed, PerBucket, PerBucketPrefixed];

        Assert.That(names.Select(one => one.ObjectName("photos", key)), Is.EqualTo(expected));
        foreach (AwsNames one in names)
        {
            Assert.That(one.TryReadKey("photos", one.ObjectName("photos", key), out string? read), Is.True);
            Assert.That(read, Is.EqualTo(key));
        }
    }

    [Test]
    public void Every_key_of_the_catalogue_has_a_name_of_its_own_that_begins_as_its_prefixes_do()
    {
        foreach (AwsNames names in new[] { Shared, PerBucket, PerBucketPrefixed })
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (string key in KeyCatalogue.Valid
                .Select(static valid => valid.Key)
                .Where(key => Encoding.UTF8.GetByteCount(key) <= 900))
            {
                string name = names.ObjectName("photos", key);
                Assert.That(seen.Add(name), Is.True, name);
                Assert.That(names.TryReadKey("photos", name, out string? read), Is.True, name);
                Assert.That(read, Is.EqualTo(key));
                for (int length = 0; length <= key.Length; length++)
                {
                    Assert.That(
                        name.StartsWith(names.ObjectPrefix("photos", key[..length]), StringComparison.Ordinal),
                        Is.True,
                        $"{key} by {length}");
                }
            }
        }
    }

    [TestCase(null, null)]
    [TestCase("a/b", "photos/a/b")]
    [TestCase("größe", "photos/gr")]
    [TestCase("a~b", "photos/a")]
    [TestCase("a./b", "photos/a./b")]
    [TestCase("../b", "photos/..")]
    [TestCase("\u0001", null)]
    [TestCase("ü", null)]
    public void A_listing_starts_where_no_key_after_it_can_stand_before(string? startAfter, string? expected) =>
        Assert.That(Shared.StartAfter("photos", startAfter), Is.EqualTo(expected));

    [Test]
    public void No_key_after_the_start_is_left_out_by_it()
    {
        string[] texts = ["", "a", "a.", "a/", "a!", "a~", "a~=", "\uffff", "\u0001", "ü", "\ud83d\ude40", ".", "..", "/", "z"];
        string[] keys =
        [
            .. texts.SelectMany(left => texts, static (left, right) => left + right).Where(static key => key.Length > 0).Distinct(),
        ];
        foreach (AwsNames names in new[] { Shared, PerBucket })
        {
            foreach (string start in keys)
            {
                string? upstream = names.StartAfter("photos", start);
                foreach (string key in keys.Where(key => KeyOrder.Instance.Compare(key, start) > 0))
                {
                    Assert.That(
                        upstream is null || KeyOrder.Instance.Compare(names.ObjectName("photos", key), upstream) > 0,
                        Is.True,
                        $"{key} after {start}");
                }
            }
        }
    }

    [TestCase("/", true)]
    [TestCase("\\", true)]
    [TestCase("-", true)]
    [TestCase("abc", false)]
    [TestCase(".", false)]
    [TestCase("=", false)]
    [TestCase("0", false)]
    [TestCase("ü", false)]
    [TestCase("\n", false)]
    public void The_server_rolls_up_at_what_cannot_stand_in_an_escape(string delimiter, bool expected) =>
        Assert.That(AwsNames.CanRollUp(delimiter), Is.EqualTo(expected));

    [Test]
    public void Nothing_internal_reads_as_a_key()
    {
        Assert.That(PerBucket.TryReadKey("photos", ".bleepstore/probe/1", out _), Is.False);
        Assert.That(Shared.TryReadKey("photos", ".bleepstore/buckets/photos", out _), Is.False);
        Assert.That(Shared.TryReadKey("photos", "photos2/x", out _), Is.False);
        Assert.That(PerBucket.TryReadKey("photos", "/x", out _), Is.False);
    }

    [TestCase("a%20b%2Bc%C3%BC", "a b+cü")]
    [TestCase("a+b", "a b")]
    [TestCase("%FF", null)]
    public void Names_are_read_from_their_URL_encoding(string encoded, string? expected) =>
        Assert.That(AwsNames.FromUrl(encoded), Is.EqualTo(expected));

    [Test]
    public async Task A_name_that_escapes_make_too_long_is_InvalidKey()
    {
        Assert.That(Shared.ObjectName("photos", new string('a', 960)), Has.Length.EqualTo(967));
        await StorageAssert.FailsAsync(
            StorageErrorCode.InvalidKey, () => Task.FromResult(Shared.ObjectName("photos", new string('\u0001', 300))));
    }
}
