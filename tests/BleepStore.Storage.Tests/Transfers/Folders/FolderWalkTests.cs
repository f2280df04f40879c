using System.Diagnostics;
using System.Net.Sockets;
using BleepStore.Storage.Backends.Toolkit;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Transfers.Folders;

namespace BleepStore.Storage.Tests.Transfers.Folders;

public class FolderWalkTests
{
    private TemporaryFolder _folder;
    private List<(string Name, Exception Error)> _reports;

    [SetUp]
    public void CreateFolder()
    {
        _folder = new TemporaryFolder();
        _reports = [];
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Files_come_in_the_order_of_their_keys()
    {
        string[] names = ["a-/x", "a/b/c", "a/b-c", "a0", "b/\uE000", "b/🎈", "b/\uFFFD", "c.d/e", "c/d"];
        Array.ForEach(names, Write);

        string[] walked = [.. Walk().Select(static item => item.Name)];

        Assert.That(walked, Is.EqualTo(names.Order(KeyOrder.Instance)));
        Assert.That(_reports, Is.Empty);
    }

    [Test]
    public void Sizes_and_times_are_those_of_the_files()
    {
        Write("a/b");

        SyncItem item = Walk().Single();

        Assert.That((item.Size, item.File.Size), Is.EqualTo((3, 3)));
        Assert.That(item.File.Modified, Is.EqualTo(File.GetLastWriteTimeUtc(_folder.PathOf("a/b")).Ticks));
    }

    [Test]
    public void Links_are_skipped_and_said()
    {
        Write("real/file");
        File.CreateSymbolicLink(_folder.PathOf("to-file"), "real/file");
        Directory.CreateSymbolicLink(_folder.PathOf("to-folder"), "real");

        Assert.That(
            Walk().Select(static item => (item.Name, item.Skip)),
            Is.EqualTo(new (string, SkipReason?)[] { ("real/file", null), ("to-file", SkipReason.Link), ("to-folder", SkipReason.Link) }));
    }

    [Test]
    public void Links_are_followed_on_request_and_loops_end()
    {
        Write("real/file");
        File.CreateSymbolicLink(_folder.PathOf("broken"), "nowhere");
        Directory.CreateSymbolicLink(_folder.PathOf("real/up"), "..");
        Directory.CreateSymbolicLink(_folder.PathOf("to-folder"), "real");

        Assert.That(
            Walk(followsLinks: true).Select(static item => (item.Name, item.Skip)),
            Is.EqualTo(new (string, SkipReason?)[]
            {
                ("broken", SkipReason.BrokenLink),
                ("real/file", null),
                ("real/up", SkipReason.Loop),
                ("to-folder/file", null),
                ("to-folder/up", SkipReason.Loop),
            }));
    }

    [Test]
    [Platform("Linux", Reason = "Only there special files are known.")]
    public void Pipes_and_sockets_are_skipped()
    {
        Run("mkfifo", _folder.PathOf("pipe"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.PathOf("socket")));

        Assert.That(
            Walk().Select(static item => (item.Name, item.Skip)),
            Is.EqualTo(new (string, SkipReason?)[] { ("pipe", SkipReason.SpecialFile), ("socket", SkipReason.SpecialFile) }));
    }

    [Test]
    [Platform("Linux", Reason = "Elsewhere every name is Unicode.")]
    public void A_name_that_is_no_UTF8_is_reported()
    {
        Write("good");
        Run("sh", "-c", $"cd '{_folder.PathOf("")}' && touch \"$(printf 'bad\\377')\" && mkdir \"$(printf 'worse\\377')\"");

        SyncItem[] walked = [.. Walk()];
        Run("sh", "-c", $"rm -r '{_folder.PathOf("")}'/bad* '{_folder.PathOf("")}'/worse*");

        Assert.That(walked.Select(static item => item.Name), Is.EqualTo(["good"]));
        Assert.That(_reports.Select(static report => report.Name), Is.EquivalentTo(["bad\uFFFD", "worse\uFFFD"]));
        Assert.That(_reports.Select(static report => report.Error.Message), Is.All.Contain("UTF-8"));
    }

    [Test]
    public void What_a_download_has_not_finished_is_no_file()
    {
        Write(".bleepstore-0123.tmp");
        Write(".bleepstore-0123.part");
        Write(".bleepstore-0123.journal");
        Write(".bleepstore-other");

        Assert.That(Walk().Select(static item => item.Name), Is.EqualTo([".bleepstore-other"]));
    }

    [Test]
    public void Patterns_choose_and_an_excluded_folder_is_not_read()
    {
        Array.ForEach(["a.jpg", "b.txt", "c/d.jpg", "c/node_modules/e.jpg", "c/node_modules/f/g.jpg"], Write);
        Directory.CreateSymbolicLink(_folder.PathOf("c/node_modules/link"), "f");

        var options = new UploadFolderOptions { Include = ["**/*.jpg"], Exclude = ["**/node_modules/**"] };

        Assert.That(Walk(options: options, followsLinks: true).Select(static item => item.Name), Is.EqualTo(["a.jpg", "c/d.jpg"]));
    }

    [Test]
    public void A_root_that_is_missing_is_an_error() =>
        Assert.That(
            () => new FolderWalk(_folder.PathOf("missing"), new NameFilter(new UploadFolderOptions()), false, Report).Run().ToArray(),
            Throws.InstanceOf<DirectoryNotFoundException>());

    [Test]
    [Platform("Linux", Reason = "Elsewhere paths have other limits.")]
    public void A_folder_that_cannot_be_read_is_reported_and_the_rest_is_walked()
    {
        Write("a");
        Write("d");
        string deep = new('x', 250);
        Run("sh", "-c", $"cd '{_folder.PathOf("")}' && for i in $(seq 20); do mkdir {deep} && cd -P {deep} || exit 1; done");
        try
        {
            // The system takes no path of more than 4,096 bytes.
            Assert.That(Walk().Select(static item => item.Name), Is.EqualTo(["a", "d"]));
            Assert.That(_reports.Single().Name, Does.EndWith(deep + "/"));
            Assert.That(_reports.Single().Error, Is.InstanceOf<IOException>());
        }
        finally
        {
            Run("rm", "-rf", _folder.PathOf(deep));
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, program);
    }

    private IEnumerable<SyncItem> Walk(bool followsLinks = false, FolderOptions? options = null) =>
        new FolderWalk(_folder.PathOf(""), new NameFilter(options ?? new UploadFolderOptions()), followsLinks, Report).Run();

    private void Report(string name, Exception error) => _reports.Add((name, error));

    private void Write(string name)
    {
        string path = _folder.PathOf(name);
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, [1, 2, 3]);
        }
    }
}
