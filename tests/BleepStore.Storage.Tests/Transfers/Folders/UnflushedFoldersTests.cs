using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage.Tests.Transfers.Folders;

public class UnflushedFoldersTests
{
    private string _root = null!;

    [SetUp]
    public void SetUp() => _root = Directory.CreateTempSubdirectory("bleepstore-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Each_folder_is_flushed_once()
    {
        Directory.CreateDirectory(Path.Combine(_root, "a", "b"));
        var folders = new UnflushedFolders(_root);
        folders.Add(["a", "b"]);
        folders.Add(["a", "b"]);
        folders.Add([]);
        folders.Flush();
        Directory.Delete(Path.Combine(_root, "a"), recursive: true);

        Assert.That(folders.Flush, Throws.Nothing, "nothing is left to flush");
    }

    [Test]
    public void A_folder_that_cannot_be_flushed_is_named()
    {
        var folders = new UnflushedFolders(_root);
        folders.Add(["gone"]);

        Assert.That(folders.Flush, Throws.InstanceOf<IOException>().With.Message.Contains(Path.Combine(_root, "gone")));
    }

    [Test]
    public void A_new_folder_is_a_new_name_in_its_parent()
    {
        Directory.CreateDirectory(Path.Combine(_root, "a", "b"));
        var folders = new UnflushedFolders(_root);
        folders.Add(["a", "b"]);
        Directory.Delete(Path.Combine(_root, "a", "b"));

        Assert.That(folders.Flush, Throws.InstanceOf<IOException>());
        Assert.That(folders.Flush, Throws.Nothing);
    }

    [Test]
    public void Many_folders_are_flushed_on_the_way()
    {
        var folders = new UnflushedFolders(_root);
        Exception? thrown = null;
        for (int at = 0; at < 2000 && thrown is null; at++)
        {
            thrown = Catch(() => folders.Add([$"gone{at}"]));
        }

        Assert.That(thrown, Is.InstanceOf<IOException>(), "no more than a thousand wait");
    }

    private static IOException? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (IOException error)
        {
            return error;
        }
    }
}
