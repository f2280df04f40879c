using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Style;

/// <summary>The folders of a test project are those of the project that it tests.</summary>
/// <param name="project">The tested project.</param>
/// <param name="ofItsOwn">The folders that no other test project has.</param>
[TestFixture("BleepStore.Storage", "Conformance/Decorated", "Documentation", "Load", "Network", "Style")]
[TestFixture("BleepStore.Storage.AspNetCore")]
[TestFixture("BleepStore.Storage.Azure", Emulated)]
[TestFixture("BleepStore.Storage.Aws", Emulated)]
[TestFixture("BleepStore.Storage.Gcp", Emulated)]
[TestFixture("BleepStore.Storage.Local")]
public class TestFoldersTests(string project, params string[] ofItsOwn)
{
    /// <summary>The tests of a whole cloud backend on a server.</summary>
    private const string Emulated = "Emulated";

    /// <summary>The bindings of the suite, helpers of tests, and the approved API.</summary>
    private static readonly string[] OfAll = ["Conformance", "Support", "PublicApi"];

    /// <summary>All other tests are in the folder of the code that they prove.</summary>
    private static readonly string[] OfAWholeBackend =
    [
        "InteroperabilityTests",
        "KilledTransferTests",
        "NativeAotTests",
        "PaceTests",
        "RequestCountTests",
        "SyncScaleTests",
        "SynchronousLoadTests",
    ];

    private readonly string _source = RepositoryFolder.Find($"src/{project}");
    private readonly string _tests = RepositoryFolder.Find($"tests/{project}.Tests");

    [Test]
    public void Each_folder_of_the_tests_is_one_of_the_source_or_a_given_one()
    {
        string[] folders = [.. Files(_tests).Select(file => Folder(_tests, file)).Distinct()];

        Assert.That(folders.Except(OfAll).Except(ofItsOwn), Is.SubsetOf(Files(_source).Select(file => Folder(_source, file))));
        Assert.That(ofItsOwn, Is.SubsetOf(folders), "a given folder that is gone");
    }

    [Test]
    public void Only_what_tests_a_whole_backend_is_in_the_folder_for_it() =>
        Assert.That(
            Files(_tests).Where(file => Folder(_tests, file) == Emulated).Select(Path.GetFileNameWithoutExtension),
            Is.SubsetOf(OfAWholeBackend));

    [Test]
    public void Each_namespace_is_that_of_the_folder()
    {
        foreach (string file in Files(_tests).Where(static file => Path.GetFileName(file) != "AssemblyInfo.cs"))
        {
            string folder = Folder(_tests, file);
            string expected = $"namespace {project}.Tests{(folder == "." ? "" : $".{folder.Replace('/', '.')}")}";
            string actual = File.ReadLines(file)
                .Single(static line => line.StartsWith("namespace ", StringComparison.Ordinal))
                .TrimEnd(';');

            // The bindings of the suite to one harness each have a namespace below.
            Assert.That(
                folder == "Conformance" && actual.StartsWith($"{expected}.On", StringComparison.Ordinal) ? expected : actual,
                Is.EqualTo(expected),
                file);
        }
    }

    private static string Folder(string root, string file) =>
        Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '/');

    private static IEnumerable<string> Files(string root) =>
        Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
}
