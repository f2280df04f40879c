using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BleepStore.Storage.Azure.Wire;
using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Azure.Tests.Wire;

public sealed class AzureNamesTests
{
    private static readonly BlobContainerClient Container = new(new Uri("https://account.blob.core.windows.net/store"));

    private static IEnumerable<string> Keys => KeyCatalogue.Valid.Select(static one => one.Key);

    private static IEnumerable<AzureNames> Mappings =>
    [
        new("", AzureBucketMapping.SharedContainer),
        new("pre/fix/", AzureBucketMapping.SharedContainer),
        new("", AzureBucketMapping.ContainerPerBucket),
        new("pre/", AzureBucketMapping.ContainerPerBucket),
    ];

    [TestCase("", AzureBucketMapping.SharedContainer, "key", "bucket/key")]
    [TestCase("pre/", AzureBucketMapping.SharedContainer, "key", "pre/bucket/key")]
    [TestCase("pre/", AzureBucketMapping.SharedContainer, "a/b/c", "pre/bucket/a/b/c")]
    [TestCase("", AzureBucketMapping.ContainerPerBucket, "a/b", "a/b")]
    [TestCase("pre/", AzureBucketMapping.ContainerPerBucket, "a/b", "pre/a/b")]
    [TestCase("", AzureBucketMapping.SharedContainer, "trail/", "bucket/trail/~=")]
    [TestCase("", AzureBucketMapping.SharedContainer, "./dot", "bucket/.~=/dot")]
    [TestCase("", AzureBucketMapping.SharedContainer, "back\\slash", "bucket/back~=5cslash")]
    [TestCase("", AzureBucketMapping.SharedContainer, "../../other/x", "bucket/..~=/..~=/other/x")]
    [TestCase(
        "",
        AzureBucketMapping.SharedContainer,
        "\u0001\u007f\u009f\ufffd\uffff\ue000",
        "bucket/~=01~=7f~=c2~=9f~=ef~=bf~=bd~=ef~=bf~=bf~=ee~=80~=80")]
    [TestCase("", AzureBucketMapping.SharedContainer, ".bleepstore/x", "bucket/.bleepstore/x")]
    [TestCase("", AzureBucketMapping.ContainerPerBucket, ".bleepstore/x", ".bleepstore~=2fx")]
    [TestCase("", AzureBucketMapping.ContainerPerBucket, ".bleepstores/x", ".bleepstores/x")]
    public void Names_without_and_with_prefix_nested_and_escaped(string prefix, AzureBucketMapping mapping, string key, string name)
    {
        var names = new AzureNames(prefix, mapping);

        Assert.That(names.ObjectName("bucket", key), Is.EqualTo(name));
        Assert.That(names.TryReadKey("bucket", name, out string? back), Is.True);
        Assert.That(back, Is.EqualTo(key));
    }

    [TestCase("", "photos/2026/07.jpg", false, "bucket/photos/2026/07.jpg")]
    [TestCase("photos/", "photos/2026/07.jpg", false, "bucket/photos/2026/07.jpg")]
    [TestCase("photos/", "photos/2026/07.jpg", true, "bucket/photos/2026")]
    [TestCase("", "a~b", false, "bucket/a")]
    [TestCase("", "a\u00e9b", false, "bucket/a")]
    [TestCase("\u00e9/", "\u00e9/b", false, "bucket/\u00e9/b")]
    [TestCase("", "a./b", false, "bucket/a.")]
    [TestCase("a.", "a./b", false, null)]
    [TestCase("", "a.b", false, "bucket/a.b")]
    [TestCase("", "/x", false, null)]
    [TestCase("", "a\\b", false, "bucket/a")]
    [TestCase("b", "a", false, null)]
    [TestCase("\U0001f600", "\U0001f600x", false, null)]
    public void A_listing_starts_at_the_first_name_that_is_certain(string prefix, string startAfter, bool oneLevel, string? start) =>
        Assert.That(
            new AzureNames("", AzureBucketMapping.SharedContainer).StartOf("bucket", prefix, startAfter, oneLevel), Is.EqualTo(start));

    [Test]
    public void No_key_after_another_has_a_name_before_the_one_that_a_listing_starts_at([ValueSource(nameof(Mappings))] object mapping)
    {
        var names = (AzureNames)mapping;
        var random = new Random(20261129);
        int starts = 0;
        for (int round = 0; round < 200_000; round++)
        {
            string prefix = Text(random, 4);
            string startAfter = random.Next(4) == 0 ? Text(random, 6) : prefix + Text(random, 5);
            if (startAfter.Length == 0 || names.StartOf("bucket", prefix, startAfter, random.Next(2) == 0) is not { } start)
            {
                continue;
            }

            starts++;
            string key = prefix + (random.Next(2) == 0 && startAfter.StartsWith(prefix, StringComparison.Ordinal)
                ? startAfter[prefix.Length..random.Next(prefix.Length, startAfter.Length + 1)]
                : "") + Text(random, 4);
            if (key.Length > 0
                && BleepStore.Storage.Backends.Toolkit.KeyOrder.Instance.Compare(key, startAfter) > 0
                && !char.IsHighSurrogate(key[^1]))
            {
                string name = names.ObjectName("bucket", key);
                Assert.That(
                    string.CompareOrdinal(name, start),
                    Is.Not.Negative,
                    $"{key} after {startAfter} under '{prefix}': {name} comes before {start}");
                Assert.That(
                    BleepStore.Storage.Backends.Toolkit.KeyOrder.Instance.Compare(name, start),
                    Is.Not.Negative,
                    $"{key} after {startAfter} under '{prefix}': {name} comes before {start}");
            }
        }

        Assert.That(starts, Is.GreaterThan(10_000));
    }

    [Test]
    public void Every_key_of_the_catalogue_is_named_so_that_the_SDK_keeps_the_name([ValueSource(nameof(Mappings))] object mapping)
    {
        var names = (AzureNames)mapping;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string key in Keys)
        {
            string name = names.ObjectName("bucket", key);
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
        var names = new AzureNames("pre/", AzureBucketMapping.SharedContainer);
        string key = string.Join('/', Enumerable.Repeat("a", 300));

        string name = names.ObjectName("bucket", key);

        Assert.That(name.Split('/'), Has.Length.EqualTo(254));
        Assert.That(names.TryReadKey("bucket", name, out string? back) && back == key, Is.True);
    }

    [Test]
    public void A_key_whose_escapes_do_not_fit_is_InvalidKey()
    {
        var names = new AzureNames("", AzureBucketMapping.SharedContainer);

        StorageException? error = Assert.Throws<StorageException>(() => names.ObjectName("bucket", new string('\\', 300)));

        Assert.That(error!.Code, Is.EqualTo(StorageErrorCode.InvalidKey));
        Assert.That(names.ObjectName("bucket", new string('\\', 200)), Has.Length.LessThan(1024));
    }

    [Test]
    public void At_least_900_bytes_are_left_for_a_key()
    {
        string prefix = new string('p', 59) + "/";

        Assert.That(AzureNames.PrefixFault(prefix), Is.Null);
        Assert.That(new AzureNames(prefix, AzureBucketMapping.SharedContainer).MaxKeyBytes, Is.EqualTo(900));
        Assert.That(new AzureNames("", AzureBucketMapping.SharedContainer).MaxKeyBytes, Is.EqualTo(960));
        Assert.That(new AzureNames("", AzureBucketMapping.ContainerPerBucket).MaxKeyBytes, Is.EqualTo(1024));
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
        var shared = new AzureNames("", AzureBucketMapping.SharedContainer);
        var own = new AzureNames("", AzureBucketMapping.ContainerPerBucket);

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
    public void Only_a_name_that_no_address_rewrites_is_plain(string name, bool isPlain) =>
        Assert.That(AzureNames.IsPlain(name), Is.EqualTo(isPlain));

    /// <summary>A few characters, most of which mean something to the codec or to an order.</summary>
    private static string Text(Random random, int longest)
    {
        string[] characters =
        [
            "a",
            "b",
            "z",
            "0",
            " ",
            "!",
            "-",
            ".",
            ".",
            "/",
            "/",
            "~",
            "=",
            "}",
            "\\",
            "\u0001",
            "\u007f",
            "\u00e9",
            "\ue000",
            "\uffff",
            "\U0001f600",
        ];
        return string.Concat(Enumerable.Range(0, random.Next(longest + 1)).Select(_ => characters[random.Next(characters.Length)]));
    }
}
