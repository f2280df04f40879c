namespace BleepStore.Storage.Tests.Documentation;

public sealed class ReadmeTests
{
    private const int MostLines = 250;

    [Test]
    public void The_readme_is_short() =>
        Assert.That(RepositoryDocs.Read("README.md").ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'), Has.Length.AtMost(MostLines));

    [Test]
    public void The_table_of_behaviours_is_the_one_that_the_comparison_has_written()
    {
        string written = RepositoryDocs.Read("tests/BleepStore.Storage.Comparison/results.txt").ReplaceLineEndings("\n");

        Assert.That(written.Split('\n'), Has.Length.GreaterThan(10));
        Assert.That(RepositoryDocs.Read("README.md").ReplaceLineEndings("\n"), Does.Contain($"\n\n{written}\n"));
    }

    [TestCase("FluentStorage")]
    [TestCase("Azure.Storage.Blobs")]
    public void The_table_of_behaviours_names_the_version_that_the_repository_uses(string package)
    {
        string version = RepositoryDocs.TableRows("docs/dependencies.md").Single(row => row[0] == $"`{package}`")[1];

        Assert.That(
            RepositoryDocs.Read("README.md"), Does.Contain($"| {package} {string.Join('.', version.Split('.')[..2])} ("));
    }
}
