using BleepStore.Storage.Local.Managed;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Layout;

/// <summary>A root opens alike on every system, or says why it does not.</summary>
[TestFixture(DiskLayer.Managed)]
public class RootFormatTests(DiskLayer layer) : LocalFixture(layer)
{
    private string Format => Path.Combine(Root, ".bleepstore", "format");

    private ObjectStore OnLinux() => LocalStore.Create(Options());

    [Test]
    public async Task A_root_of_another_system_opens_on_Linux_with_the_same_names()
    {
        string[] keys = ["Photos/A:b.", "con", "a", "a/b"];
        await using (ObjectStore other = Create(Options()))
        {
            Bucket made = await OpenBucketAsync(store: other);
            foreach (string key in keys)
            {
                await made.PutAsync(key, Bytes(key), new PutOptions { ContentType = "text/x" });
            }
        }

        await using (ObjectStore linux = OnLinux())
        {
            Bucket bucket = linux.GetBucket("bucket");
            Assert.That(await ListAsync(bucket), Is.EqualTo(keys.Order(StringComparer.Ordinal)));
            foreach (string key in keys)
            {
                Assert.That(await ReadAsync(bucket, key), Is.EqualTo(key));
                Assert.That((await bucket.HeadAsync(key)).ContentType, Is.EqualTo("text/x"));
            }

            await bucket.PutAsync("Made on Linux?", Bytes("x"));
        }

        Bucket again = Open().GetBucket("bucket");
        Assert.That(await ReadAsync(again, "Made on Linux?"), Is.EqualTo("x"));
        Assert.That(await File.ReadAllTextAsync(Format), Is.EqualTo("portable 1\n"));
    }

    [TestCase("con")]
    [TestCase("nul.logs")]
    public async Task A_bucket_has_no_device_s_name(string name)
    {
        ObjectStore store = Open();
        await FailAsync(StorageErrorCode.InvalidBucketName, () => store.CreateBucketAsync(name));

        Assert.That(Directory.Exists(PathIn(name)), Is.False);
    }

    /// <summary>Windows opens the device by such a path. So a folder of the name is no bucket on any system.</summary>
    [TestCase("con")]
    [TestCase("nul.logs")]
    public async Task A_device_is_no_bucket(string name)
    {
        ObjectStore store = Open();
        await store.CreateBucketAsync("bucket");
        Directory.CreateDirectory(PathIn(name));
        await File.WriteAllTextAsync(PathIn(name, "key"), "x");
        Bucket bucket = store.GetBucket(name);

        Assert.That(await store.BucketExistsAsync(name), Is.False);
        Assert.That(await store.ListBucketsAsync().Select(static info => info.Name).ToListAsync(), Is.EqualTo(new[] { "bucket" }));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => bucket.HeadAsync("key"));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => bucket.PutAsync("key", Bytes("new")));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => bucket.DeleteAsync("key"));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => ListAsync(bucket));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => bucket.CreateMultipartUploadAsync("key"));
        await FailAsync(StorageErrorCode.NoSuchBucket, () => store.DeleteBucketAsync(name));
        Assert.That(await File.ReadAllTextAsync(PathIn(name, "key")), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_root_can_be_reached_through_a_link()
    {
        string link = Path.Combine(Path.GetDirectoryName(Root)!, "link");
        Directory.CreateDirectory(Root);
        File.CreateSymbolicLink(link, Root);
        await using (ObjectStore store = Create(new LocalBackendOptions { RootPath = link, Durability = Durability.None }))
        {
            Bucket bucket = await store.CreateBucketAsync("bucket");
            await bucket.PutAsync("a", Bytes("x"));
            await bucket.PutAsync("a/b", Bytes("below"));
            Assert.That(await ReadAsync(bucket, "a"), Is.EqualTo("x"));
            await FailAsync(StorageErrorCode.NoSuchKey, () => bucket.HeadAsync("none"));
        }

        File.Delete(link);
    }

    /// <summary>Locks of a container's process and its host's do not meet.</summary>
    [Test]
    public async Task The_temporary_files_of_an_instance_on_the_other_layer_are_left_alone([Values] bool isLinuxFirst)
    {
        await OpenBucketAsync();
        ObjectStore first = isLinuxFirst ? OnLinux() : Create(Options());
        await using (first)
        {
            await first.CheckAsync(new CheckOptions { ProbeWrite = true });
            string[] before = Directory.GetDirectories(Tmp);
            await using (ObjectStore second = isLinuxFirst ? Create(Options()) : OnLinux())
            {
                await second.CheckAsync(new CheckOptions { ProbeWrite = true });
            }

            Assert.That(Directory.GetDirectories(Tmp), Is.EquivalentTo(before));
        }
    }

    [Test]
    public async Task A_root_that_was_made_on_Linux_is_refused_elsewhere_and_stays_as_it_is()
    {
        await using (ObjectStore linux = OnLinux())
        {
            await OpenBucketAsync(store: linux);
        }

        StorageException error = await FailAsync(StorageErrorCode.NotSupported, () => Open().GetBucket("bucket").PutAsync("key", Bytes("x")));

        Assert.That(error.Message, Does.Contain(Root).And.Contain("was made on Linux").And.Contain("sync"));
        Assert.That(File.Exists(Format), Is.False);
        Assert.That(Directory.GetFileSystemEntries(PathIn("bucket")), Is.Empty);
    }

    /// <summary>A file system that ignores case shows the store's folder under its name in upper case, too.</summary>
    [Test]
    public async Task A_root_that_was_made_where_case_is_ignored_reads_the_same_where_it_counts()
    {
        string otherCase = Path.Combine(Root, ".BLEEPSTORE");
        Directory.CreateDirectory(otherCase);
        await using (ObjectStore store = OnLinux())
        {
            await (await OpenBucketAsync(store: store)).PutAsync("Key", Bytes("old"));
        }

        Directory.Delete(otherCase);
        await using (ObjectStore copy = OnLinux())
        {
            Bucket bucket = copy.GetBucket("bucket");
            Assert.That(await ReadAsync(bucket, "Key"), Is.EqualTo("old"));
            await bucket.PutAsync("Other", Bytes("new"));
            Assert.That(await ListAsync(bucket), Is.EqualTo(new[] { "Key", "Other" }));
        }

        Assert.That(await File.ReadAllTextAsync(Format), Is.EqualTo("linux-nocase 1\n"));
        Assert.That(File.Exists(PathIn("bucket", "~=4fther")), Is.True);
        StorageException error = await FailAsync(StorageErrorCode.NotSupported, () => Open().CreateBucketAsync("elsewhere"));
        Assert.That(error.Message, Does.Contain("was made on Linux"));
    }

    [Test]
    public async Task A_root_of_a_later_version_is_refused_on_every_system([Values] bool isLinux)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Format)!);
        await File.WriteAllTextAsync(Format, "portable 2\n");
        await using ObjectStore store = isLinux ? OnLinux() : Create(Options());

        StorageException error = await FailAsync(StorageErrorCode.NotSupported, () => store.CreateBucketAsync("bucket"));

        Assert.That(error.Message, Does.Contain("'portable 2'").And.Contain("later version"));
    }

    /// <summary>Another process that starts makes its own file at the moment when this one publishes its file.</summary>
    [Test]
    public async Task Two_processes_that_make_a_root_at_once_do_not_publish_each_other_s_unfinished_file()
    {
        string shared = Path.Combine(Root, ".bleepstore", "format.new");
        var host = new FaultyHost
        {
            OnMove = (_, to) =>
            {
                if (to == Format)
                {
                    File.WriteAllBytes(shared, []);
                }

                return null;
            },
        };
        await using (ObjectStore store = ObjectStore.Create(new LocalBackend(Options()) { Layer = new ManagedLayer(host) }))
        {
            await store.CreateBucketAsync("bucket");
        }

        Assert.That(await File.ReadAllTextAsync(Format), Is.EqualTo("portable 1\n"));
        Assert.That(await Open().BucketExistsAsync("bucket"), Is.True);
    }

    [Test]
    public async Task A_start_that_was_cut_off_before_it_wrote_the_format_is_done_again()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Format)!);
        await File.WriteAllTextAsync(Format + ".new", "port");

        await (await OpenBucketAsync()).PutAsync("Key", Bytes("x"));

        Assert.That(await File.ReadAllTextAsync(Format), Is.EqualTo("portable 1\n"));
        Assert.That(File.Exists(PathIn("bucket", "~=4bey")), Is.True);
    }
}
