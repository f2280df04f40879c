using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Style;

/// <summary>The folders of a provider's tests are those of the provider.</summary>
[TestFixture("Azure")]
[TestFixture("Aws")]
[TestFixture("Gcp")]
[TestFixture("Local")]
public class TestFoldersTests(string provider)
{
    /// <summary>The suite, tests against a server, helpers of tests, and the approved API.</summary>
    private static readonly string[] OfTheirOwn = ["Conformance", "Emulated", "Support", "PublicApi"];

    private readonly string _source = RepositoryFolder.Find($"src/BleepStore.Storage.{provider}");
    private readonly string _tests = RepositoryFolder.Find($"tests/BleepStore.Storage.{provider}.Tests");

    [Test]
    public void Each_folder_of_the_tests_is_one_of_the_source_or_one_that_all_providers_have() =>
        Assert.That(Folders(_tests).Except(OfTheirOwn), Is.SubsetOf(Folders(_source)));

    [Test]
    public void Each_namespace_is_that_of_the_folder()
    {
        foreach (string file in Files(_tests).Where(static file => Path.GetFileName(file) != "AssemblyInfo.cs"))
        {
            string folder = Path.GetRelativePath(_tests, Path.GetDirectoryName(file)!);
            string expected = $"namespace BleepStore.Storage.{provider}.Tests{(folder == "." ? "" : $".{folder.Replace('/', '.')}")}";
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

    [Test]
    public void The_table_of_errors_and_the_registration_have_their_tests()
    {
        string errors = Files(_source).Single(file => Path.GetFileName(file) == $"{provider}Errors.cs");
        string room = Path.GetRelativePath(_source, Path.GetDirectoryName(errors)!);

        Assert.That(Path.Combine(_tests, room, $"{provider}ErrorsTests.cs"), Does.Exist);
        Assert.That(Path.Combine(_tests, "RegistrationTests.cs"), Does.Exist);
    }

    private static IEnumerable<string> Folders(string project) =>
        Files(project)
            .Select(file => Path.GetRelativePath(project, Path.GetDirectoryName(file)!))
            .Where(static folder => folder != ".")
            .Distinct();

    private static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(project, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));
}
