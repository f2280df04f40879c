using System.Runtime.InteropServices;

namespace BleepStore.Samples.Tests;

/// <summary>The README's first command, on a small tree.</summary>
public sealed class QuickStartTests
{
    private const string Sample = "BleepStore.Samples.QuickStart";

    private const string LocalNeedsLinux = "The local backend needs Linux.";

    private DirectoryInfo _folder = null!;
    private DirectoryInfo _temporary = null!;
    private DirectoryInfo _tree = null!;

    [SetUp]
    public void MakeTree()
    {
        _folder = Directory.CreateTempSubdirectory("bleepstore-samples-tests-");
        _temporary = _folder.CreateSubdirectory("tmp");
        _tree = _folder.CreateSubdirectory("tree");
        File.WriteAllText(Path.Combine(_tree.FullName, "a file.txt"), "text");
        File.WriteAllText(Path.Combine(_tree.FullName, "empty"), "");
        File.WriteAllText(Path.Combine(_tree.FullName, ".hidden"), "not stored");
        File.WriteAllText(Path.Combine(_tree.CreateSubdirectory(".git").FullName, "config"), "not stored");
        DirectoryInfo inner = _tree.CreateSubdirectory("inner");
        File.WriteAllText(Path.Combine(inner.FullName, "ünïcode.json"), "{}");
        File.WriteAllText(Path.Combine(inner.CreateSubdirectory("bin").FullName, "built.dll"), "not stored");
    }

    [TearDown]
    public void RemoveTree() => _folder.Delete(recursive: true);

    [Test]
    [Platform(Include = "Linux", Reason = LocalNeedsLinux)]
    [CancelAfter(60_000)]
    public async Task It_stores_a_tree_shows_every_step_and_finds_every_object_right(CancellationToken cancellationToken)
    {
        SampleProcess sample = await RunAsync([_tree.FullName], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(sample.Error, Is.Empty);
            Assert.That(sample.ExitCode, Is.Zero);
            Assert.That(sample.Output, Does.Contain("3 objects, 6 bytes."));
            Assert.That(sample.Output, Does.Contain("tree/inner/ (common prefix)"));
            Assert.That(sample.Output, Does.Not.Contain("built.dll"));
            Assert.That(sample.Output, Does.Contain("part 4: 64,000 bytes"));
            Assert.That(sample.Output, Does.Match(@"generated\.txt: 25,229,824 bytes, ETag [0-9a-f]{32}-4"));
            Assert.That(sample.Output, Does.Contain("line 00131071 ").And.Contain("line 00131072 ").And.Contain("line 00394215 "));
            Assert.That(sample.Output, Does.Contain("Lost, as it should: PreconditionFailed"));
            Assert.That(sample.Output, Does.Contain("Is it there? False."));
            Assert.That(sample.Output, Does.Contain("file-name = ").And.Contain("mtime = "));
            Assert.That(sample.Output, Does.Contain("quick-start/site/: 1 to add, 1 to replace, 1 to delete, 1 unchanged, 49 bytes"));
            Assert.That(sample.Output, Does.Contain("Replace index.html (BytesDiffer, 25 bytes)"));
            Assert.That(sample.Output, Does.Contain("Add summer.html (Missing, 24 bytes)"));
            Assert.That(sample.Output, Does.Contain("Delete winter.html (Extra, 25 bytes)"));
            Assert.That(sample.Output, Does.Contain("Done: 2 transferred, 1 deleted, 1 unchanged."));
            Assert.That(sample.Output, Does.EndWith("8 objects checked against their files: 8 right, 0 wrong."));
        });
    }

    [Test]
    [Platform(Include = "Linux", Reason = LocalNeedsLinux)]
    [CancelAfter(60_000)]
    public async Task It_leaves_nothing_behind(CancellationToken cancellationToken)
    {
        await RunAsync([_tree.FullName, "--durability", "None"], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(_temporary.EnumerateFileSystemInfos(), Is.Empty);
            Assert.That(_tree.EnumerateFiles("*", SearchOption.AllDirectories).Count(), Is.EqualTo(6), "the tree itself");
        });
    }

    [Test]
    [Platform(Include = "Linux", Reason = LocalNeedsLinux)]
    [CancelAfter(60_000)]
    public async Task It_keeps_the_store_in_a_folder_that_is_named(CancellationToken cancellationToken)
    {
        string root = Path.Combine(_folder.FullName, "kept");

        SampleProcess sample = await RunAsync([_tree.FullName, "--root", root], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(sample.ExitCode, Is.Zero, sample.Error);
            Assert.That(File.ReadAllText(Path.Combine(root, "quick-start", "tree", "a file.txt")), Is.EqualTo("text"));
        });
    }

    [Test]
    [Platform(Include = "Linux", Reason = LocalNeedsLinux)]
    [CancelAfter(60_000)]
    public async Task Ctrl_c_ends_it_and_leaves_nothing_behind(CancellationToken cancellationToken)
    {
        // Enough to put that the signal arrives long before the sample could be done.
        for (int number = 0; number < 10_000; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(_tree.FullName, $"{number}.txt"), "text", cancellationToken);
        }

        bool sent = false;
        SampleProcess sample = await SampleProcess.RunAsync(
            Sample, [_tree.FullName], _temporary.FullName, cancellationToken, (line, process) =>
        {
            if (line.StartsWith("Put:", StringComparison.Ordinal) && !sent)
            {
                sent = true;
                Assert.That(SendSignal(process.Id, Interrupt), Is.Zero);
            }
        });

        Assert.Multiple(() =>
        {
            Assert.That(sample.ExitCode, Is.EqualTo(130));
            Assert.That(sample.Error, Is.EqualTo("Cancelled." + Environment.NewLine));
            Assert.That(_temporary.EnumerateFileSystemInfos(), Is.Empty);
        });
    }

    [TestCase("no-such-folder", "Directory does not exist: 'no-such-folder'.")]
    [TestCase("--durability=Some", "Cannot parse argument 'Some'")]
    [TestCase("--root=.", "is not empty. Name a folder that is new or empty.")]
    [TestCase("--unknown", "'--unknown'")]
    [CancelAfter(60_000)]
    public async Task It_explains_a_bad_argument(string argument, string explanation, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(_temporary.FullName, "something"), "", cancellationToken);

        SampleProcess sample = argument.StartsWith("--", StringComparison.Ordinal)
            ? await RunAsync([_tree.FullName, argument], cancellationToken)
            : await RunAsync([argument], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(sample.ExitCode, Is.EqualTo(1));
            Assert.That(sample.Error, Does.Contain(explanation));
            Assert.That(sample.Output, Does.Not.Contain("Put:"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task It_explains_an_empty_folder(CancellationToken cancellationToken)
    {
        SampleProcess sample = await RunAsync([_folder.CreateSubdirectory("nothing").FullName], cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(sample.ExitCode, Is.EqualTo(1));
            Assert.That(sample.Error, Does.StartWith("There is no file in ").And.Not.Contain("   at "));
        });
    }

    private const int Interrupt = 2;

    private Task<SampleProcess> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        SampleProcess.RunAsync(Sample, arguments, _temporary.FullName, cancellationToken);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
