using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Listing;

/// <summary>Names of other programs that differ from those of keys by case alone.</summary>
public class FoldedNamesTests : LocalFixture
{
    private readonly FaultyHost _host = new();

    /// <summary>Some disks of macOS are case-sensitive.</summary>
    [Test]
    public async Task A_case_sensitive_disk_lists_a_key_once_and_the_other_spelling_among_foreign_names()
    {
        Bucket bucket = await PrepareAsync();
        await bucket.PutAsync("readme.md", Bytes("ours"));
        await bucket.PutAsync("photos/cat", Bytes("ours"));

        Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "photos/cat", "readme.md" }));
        Assert.That(await ForeignAsync(bucket), Is.EqualTo(new[] { "Photos/dog", "README.md" }));
    }

    [Test]
    public async Task A_case_sensitive_disk_shows_a_name_that_no_key_leads_to_among_foreign_names_alone()
    {
        Bucket bucket = await PrepareAsync();

        Assert.That(await ListAsync(bucket), Is.Empty);
        Assert.That(await ForeignAsync(bucket), Is.EqualTo(new[] { "Photos/dog", "README.md" }));
    }

    [Test]
    public async Task A_disk_that_ignores_case_shows_no_object_among_foreign_names()
    {
        Bucket bucket = await PrepareAsync();
        _host.Lead = static path => path.Replace("/readme.md", "/README.md", StringComparison.Ordinal)
            .Replace("/photos", "/Photos", StringComparison.Ordinal);

        Assert.That(await ForeignAsync(bucket), Is.Empty);
    }

    private async Task<Bucket> PrepareAsync()
    {
        Bucket bucket = await OpenBucketAsync(store: Open(new LocalBackend(Options()) { Layer = new ManagedLayer(_host) }));
        await File.WriteAllTextAsync(PathIn("bucket", "README.md"), "theirs");
        Directory.CreateDirectory(PathIn("bucket", "Photos"));
        await File.WriteAllTextAsync(PathIn("bucket", "Photos", "dog"), "theirs");
        return bucket;
    }

    private static async Task<List<string>> ForeignAsync(Bucket bucket) =>
        await bucket.ListForeignNamesAsync().Select(static name => name.DisplayName).ToListAsync();
}
