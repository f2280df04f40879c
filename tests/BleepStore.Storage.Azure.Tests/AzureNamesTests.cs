using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests;

public sealed class AzureNamesTests
{
    private static readonly BlobContainerClient Container = new(new Uri("https://account.blob.core.windows.net/store"));

    private static IEnumerable<string> Keys => KeyCatalogue.Valid.Select(static one => one.Key);

    private static IEnumerable<AzureNames> Mappings =>
    [
        new("", BucketMapping.SharedContainer), new("pre/fix/", BucketMapping.SharedContainer), new("", BucketMapping.ContainerPerBucket), new("pre/", BucketMapping.ContainerPerBucket),
    ];

    [TestCase("", BucketMapping.SharedContainer, "key", "bucket/key")]
    [TestCase("pre/", BucketMapping.SharedContainer, "key", "pre/bucket/key")]
    [TestCase("pre/", BucketMapping.SharedContainer, "a/b/c", "pre/bucket/a/b/c")]
    [TestCase("", BucketMapping.ContainerPerBucket, "a/b", "a/b")]
    [TestCase("pre/", BucketMapping.ContainerPerBucket, "a/b", "pre/a/b")]
    [TestCase("", BucketMapping.SharedContainer, "trail/", "bucket/trail/~=")]
    [TestCase("", BucketMapping.SharedContainer, "./dot", "bucket/.~=/dot")]
    [TestCase("", BucketMapping.SharedContainer, "back\\slash", "bucket/back~=5cslash")]
    [TestCase("", BucketMapping.SharedContainer, "../../other/x", "bucket/..~=/..~=/other/x")]
    [TestCase("", BucketMapping.SharedContainer, "\u0001\u007f\u009f\ufffd\uffff\ue000", "bucket/~=01~=7f~=c2~=9f~=ef~=bf~=bd~=ef~=bf~=bf~=ee~=80~=80")]
    [TestCase("", BucketMapping.SharedContainer, ".bleepstore/x", "bucket/.bleepstore/x")]
    [TestCase("", BucketMapping.ContainerPerBucket, ".bleepstore/x", ".bleepstore~=2fx")]
    [TestCase("", BucketMapping.ContainerPerBucket, ".bleepstores/x", ".bleepstores/x")]
    public void Names_without_and_with_prefix_nested_and_escaped(string prefix, BucketMapping mapping, string key, string name)
    {
        var names = new AzureNames(prefix, mapping);

        Assert.That(names.Object("bucket", key), Is.EqualTo(name));
        Assert.That(names.TryReadKey("bucket", name, out string? back), Is.True);
        Assert.That(back, Is.EqualTo(key));
    }

    [Test]
    public void Every_key_of_the_catalogue_is_named_so_that_the_SDK_keeps_the_name([ValueSource(nameof(Mappings))] object mapping)
    {
        var names = (AzureNames)mapping;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string key in Keys)
        {
            string name = names.Object("bucket", key);
            BlockBlobClient client = Container.GetBlockBlobClient(name);

            Assert.That(client.Name, Is.EqualTo(name), key);
            Assert.That(client.BlobContainerName, Is.EqualTo("store"), key);
            Assert.That(name.Split('/'), Has.Length.LessThanOrEqualTo(254), key);
            Assert.That(seen.Add(name), Is.True, key);
            Assert.That(names.TryReadKey("bucket", name, out string? back) && back == key, Is.True, key);
            for (int length = 1; length < Math.Min(key.Length, 40); length++)
            {
                if (!char.IsHighSurrogate(key[length - 1]))
                {
                    Assert.That(name.StartsWith(names.ObjectPrefix("bucket", key[..length]), StringComparison.Ordinal), Is.True, key);
                }
            }
        }
    }

    [Test]
    public void More_than_254_segments_are_escaped()
    {
        var names = new AzureNames("pre/", BucketMapping.SharedContainer);
        string key = string.Join('/', Enumerable.Repeat("a", 300));

        string name = names.Object("bucket", key);

        Assert.That(name.Split('/'), Has.Length.EqualTo(254));
        Assert.That(names.TryReadKey("bucket", name, out string? back) && back == key, Is.True);
    }

    [Test]
    public void A_key_whose_escapes_do_not_fit_is_InvalidKey()
    {
        var names = new AzureNames("", BucketMapping.SharedContainer);

        StorageException? error = Assert.Throws<StorageException>(() => names.Object("bucket", new string('\\', 300)));

        Assert.That(error!.Code, Is.EqualTo(StorageErrorCode.InvalidKey));
        Assert.That(names.Object("bucket", new string('\\', 200)), Has.Length.LessThan(1024));
    }

    [Test]
    public void At_least_900_bytes_are_left_for_a_key()
    {
        string prefix = new string('p', 59) + "/";

        Assert.That(AzureNames.PrefixFault(prefix), Is.Null);
        Assert.That(new AzureNames(prefix, BucketMapping.SharedContainer).MaxKeyBytes, Is.EqualTo(900));
        Assert.That(new AzureNames("", BucketMapping.SharedContainer).MaxKeyBytes, Is.EqualTo(960));
        Assert.That(new AzureNames("", BucketMapping.ContainerPerBucket).MaxKeyBytes, Is.EqualTo(1024));
    }

    [TestCase("p")]
    [TestCase("/p/")]
    [TestCase("p//q/")]
    [TestCase("../")]
    [TestCase("p./")]
    [TestCase("p/.bleepstore/")]
    [TestCase("p q/")]
    [TestCase("\u00e4/")]
    public void A_prefix_that_Azure_could_rewrite_is_refused(string prefix) => Assert.That(AzureNames.PrefixFault(prefix), Is.Not.Null);

    [TestCase("$web")]
    [TestCase("a.b")]
    [TestCase("a--b")]
    [TestCase("-ab")]
    [TestCase("ab-")]
    [TestCase("Ab3")]
    public void What_is_no_container_name_is_none(string name) => Assert.That(AzureNames.IsContainer(name), Is.False);

    [Test]
    public void What_no_key_maps_to_and_what_is_internal_does_not_show()
    {
        var shared = new AzureNames("", BucketMapping.SharedContainer);
        var own = new AzureNames("", BucketMapping.ContainerPerBucket);

        Assert.That(shared.TryReadKey("bucket", "bucket/a~=", out _), Is.False);
        Assert.That(shared.TryReadKey("bucket", "bucket2/a", out _), Is.False);
        Assert.That(shared.TryReadKey("bucket", "bucket/", out _), Is.False);
        Assert.That(own.TryReadKey("bucket", ".bleepstore/uploads/x", out _), Is.False);
    }

    [TestCase("bucket/key", true)]
    [TestCase("a/b-c_d/e.f", true)]
    [TestCase("", false)]
    [TestCase("/a", false)]
    [TestCase("a/", false)]
    [TestCase("a//b", false)]
    [TestCase("../a", false)]
    [TestCase("a/../b", false)]
    [TestCase("a/./b", false)]
    [TestCase("a/b..", false)]
    [TestCase("a./b", false)]
    [TestCase("a%2e", false)]
    [TestCase("a\\b", false)]
    [TestCase("a?b", false)]
    [TestCase("a b", false)]
    [TestCase("\u00e4", false)]
    public void Only_a_name_that_no_address_rewrites_is_plain(string name, bool isPlain) => Assert.That(AzureNames.IsPlain(name), Is.EqualTo(isPlain));
}
