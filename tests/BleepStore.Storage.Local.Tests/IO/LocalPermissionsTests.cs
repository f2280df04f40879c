using System.Diagnostics;
using System.Runtime.Versioning;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.IO;

/// <summary>Another user's process, because the superuser may do everything: it gives up its rights before it opens the store.</summary>
[SupportedOSPlatform("linux")]
[TestFixture(DiskLayer.Native)]
[TestFixture(DiskLayer.Managed)]
public class LocalPermissionsTests(DiskLayer layer) : LocalFixture(layer)
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>A folder that can be read, and whose entries cannot be looked at.</summary>
    private const UnixFileMode NamesOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    [Test]
    public async Task Where_the_process_may_only_read_it_reads_and_its_writes_are_AccessDenied()
    {
        await PrepareAsync();

        Dictionary<string, string> outcomes = await UseAsync(Root, ReadOnly);

        foreach (string operation in new[] { "get", "list", "check", "need bucket" })
        {
            Assert.That(outcomes[operation], Is.EqualTo("done"), operation);
        }

        foreach (string operation in new[] { "create bucket", "put", "overwrite", "delete" })
        {
            Assert.That(outcomes[operation], Does.StartWith("AccessDenied EACCES").And.Contain("the process has no permission for it"), operation);
        }
    }

    [Test]
    public async Task Where_the_process_may_not_even_read_everything_is_AccessDenied_and_names_the_root()
    {
        await PrepareAsync();

        Dictionary<string, string> outcomes = await UseAsync(Root, UnixFileMode.None);

        Assert.That(outcomes.Values, Is.All.StartsWith("AccessDenied EACCES"));
        Assert.That(outcomes["check"], Does.Contain(Root));
    }

    [Test]
    public async Task A_folder_that_the_process_may_not_enter_is_AccessDenied_and_never_taken_for_an_empty_one()
    {
        await PrepareAsync();

        Dictionary<string, string> outcomes = await UseAsync(PathIn("crash"), UnixFileMode.None);

        Assert.That(outcomes["check"], Is.EqualTo("done"));
        Assert.That(new[] { outcomes["get"], outcomes["list"] }, Is.All.StartsWith("AccessDenied EACCES"));
    }

    [TestCase("key", "the object 'key'", "folder/key")]
    [TestCase("folder", "the object 'folder'", "key")]
    [TestCase("folder/key", "the object 'folder/key'", "key")]
    public async Task A_listing_names_what_the_process_may_not_read_or_leaves_it_out(string path, string named, string left)
    {
        await PrepareAsync();

        Dictionary<string, string> outcomes = await UseAsync(PathIn("crash", path), UnixFileMode.None);

        Assert.That(outcomes["list"], Does.StartWith("AccessDenied EACCES").And.Contain(named));
        Assert.That(outcomes["list readable"], Is.EqualTo(left));
    }

    [TestCase(NamesOnly)]
    [TestCase(UnixFileMode.None)]
    public async Task A_delete_that_cannot_find_out_whether_there_is_an_object_is_AccessDenied(UnixFileMode mode)
    {
        await PrepareAsync();

        Dictionary<string, string> outcomes = await UseAsync(PathIn("crash", "folder"), mode);

        Assert.That(outcomes["delete below"], Does.StartWith("AccessDenied EACCES"));
    }

    /// <summary>An empty listing would make a sync delete the other side.</summary>
    [Test]
    public async Task A_folder_whose_entries_the_process_may_not_look_at_fails_the_listing()
    {
        await PrepareAsync();

        Dictionary<string, string> outcomes = await UseAsync(PathIn("crash"), NamesOnly);

        Assert.That(outcomes["list"], Does.StartWith("AccessDenied EACCES").And.Contain("the object '"));
    }

    [Test]
    public async Task A_listing_that_leaves_out_what_the_process_may_not_read_is_no_empty_one_without_its_bucket()
    {
        await PrepareAsync();

        Dictionary<string, string> outcomes = await UseAsync(PathIn("crash"), UnixFileMode.None);

        Assert.That(outcomes["list readable"], Does.StartWith("AccessDenied EACCES"));
    }

    [Test]
    public async Task A_folder_of_a_long_segment_that_the_process_may_not_read_fails_the_listing()
    {
        await PrepareAsync();
        string[] before = Directory.GetDirectories(PathIn("crash"));
        await using (ObjectStore store = Create(Options()))
        {
            await store.GetBucket("crash").PutAsync(new string('k', 300), Bytes("old"));
        }

        string folder = Directory.GetDirectories(PathIn("crash")).Except(before).Single();
        File.SetUnixFileMode(folder, UnixFileMode.None);
        Dictionary<string, string> outcomes = await UseAsync(PathIn("crash", "folder"), ReadOnly, [new string('k', 300)]);

        Assert.That(outcomes["list"], Does.StartWith("AccessDenied EACCES"));
    }

    private async Task PrepareAsync()
    {
        await using ObjectStore store = Create(Options());
        Bucket bucket = await OpenBucketAsync("crash", store);
        await bucket.PutAsync("key", Bytes("old"));
        await bucket.PutAsync("folder/key", Bytes("old"));
    }

    /// <summary>Uses the store as somebody else while a folder has other permissions; nothing may have changed then.</summary>
    private async Task<Dictionary<string, string>> UseAsync(string folder, UnixFileMode mode, string[]? more = null)
    {
        string scratch = Path.Combine(Path.GetTempPath(), $"bleepstore-{Guid.NewGuid():N}");
        UnixFileMode before = File.GetUnixFileMode(folder);
        File.SetUnixFileMode(folder, mode);
        File.SetUnixFileMode(Tmp, ReadOnly);
        try
        {
            using Process process = StartChild("denied", "--scratch", scratch);
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero, await errors);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        }
        finally
        {
            File.SetUnixFileMode(folder, before);
            File.SetUnixFileMode(Tmp, ReadOnly | UnixFileMode.UserWrite);
            Directory.Delete(scratch, recursive: true);
            await using ObjectStore store = Create(Options());
            Assert.That(await ReadAsync(store.GetBucket("crash"), "key"), Is.EqualTo("old"));
            Assert.That(await ListAsync(store.GetBucket("crash")), Is.EqualTo((string[])["folder/key", "key", .. more ?? []]).Or.EqualTo((string[])["folder/key", .. more ?? [], "key"]));
        }
    }
}
