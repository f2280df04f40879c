using System.ComponentModel;
using BleepStore.Storage.Local.Tests.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests;

/// <summary>The commands for backups in <c>docs/local.md</c>.</summary>
public class LocalBackupTests : LocalFixture
{
    private static readonly PutOptions Described = new() { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["name"] = "välue" } };

    private string Restored => Path.Combine(Root, "restored");

    [TestCase("cp -a '{0}/.' '{1}/'")]
    [TestCase("cd '{0}' && tar --format=posix --xattrs -cf '{1}/../backup.tar' . && tar --xattrs -xpf '{1}/../backup.tar' -C '{1}'")]
    [TestCase("rsync -aX -c --delete '{0}/' '{1}/'")]
    public async Task A_backup_keeps_bytes_ETags_and_metadata(string command)
    {
        await RequireAsync(command.Contains("rsync", StringComparison.Ordinal) ? "rsync" : "tar");
        string root = Path.Combine(Root, "original");
        await using ObjectStore store = Open(options => options.RootPath = root);
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("a", Bytes("small"), Described);
        await bucket.PutAsync("a/b", new PatternStream(9_000_000), Described);
        List<ListEntry> entries = await bucket.ListAsync().ToListAsync();
        Directory.CreateDirectory(Restored);
        await Tools.RunAsync("sh", "-c", string.Format(System.Globalization.CultureInfo.InvariantCulture, command, root, Restored));

        await using ObjectStore again = Open(options => options.RootPath = Restored);
        LocalVerifyReport report = await again.VerifyAsync("bucket");

        Assert.That((report.Agreeing, report.BytesRead), Is.EqualTo((2, 9_000_005)), report.ToString());
        Assert.That(
            (await again.GetBucket("bucket").ListAsync().ToListAsync()).Select(static entry => (entry.Key, entry.ETag)),
            Is.EqualTo(entries.Select(static entry => (entry.Key, entry.ETag))));
        Assert.That((await again.GetBucket("bucket").HeadAsync("a")).Metadata["name"], Is.EqualTo("välue"));
        Assert.That(await ReadAsync(again.GetBucket("bucket"), "a"), Is.EqualTo("small"));
    }

    [Test]
    public async Task Rsync_that_trusts_size_and_time_mixes_up_records_and_the_object_is_a_foreign_file()
    {
        await RequireAsync("rsync");
        string root = Path.Combine(Root, "original");
        await using ObjectStore store = Open(options => options.RootPath = root);
        Bucket bucket = await OpenBucketAsync(store: store);
        await bucket.PutAsync("key", Bytes("older"), Described);
        await Tools.RunAsync("rsync", "-aX", $"{root}/", $"{Restored}/");

        // Written within the same second, for all that rsync was told.
        ObjectProperties newer = await bucket.PutAsync("key", Bytes("newer"), Described);
        await Tools.RunAsync("rsync", "-aX", "--size-only", $"{root}/", $"{Restored}/");

        await using ObjectStore mixed = Open(options => options.RootPath = Restored);
        ObjectProperties head = await mixed.GetBucket("bucket").HeadAsync("key");
        Assert.That(await ReadAsync(mixed.GetBucket("bucket"), "key"), Is.EqualTo("older"), "rsync left the bytes");
        Assert.That((head.ETag == newer.ETag, head.ContentType), Is.EqualTo((false, (string?)null)));
        Assert.That((await mixed.VerifyAsync("bucket")).DisagreeingKeys, Is.EqualTo(new[] { "key" }));

        await Tools.RunAsync("rsync", "-aX", "-c", $"{root}/", $"{Restored}/");
        Assert.That((await mixed.GetBucket("bucket").HeadAsync("key")).ETag, Is.EqualTo(newer.ETag), "-c compares the bytes");
    }

    private static async Task RequireAsync(string program)
    {
        try
        {
            await Tools.RunAsync(program, "--version");
        }
        catch (Win32Exception)
        {
            Missing.EndTest($"There is no {program}. Install it, to see that it makes backups of the local disk.", isRequired: false);
        }
    }
}
