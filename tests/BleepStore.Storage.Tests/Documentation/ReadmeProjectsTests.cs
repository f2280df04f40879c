using System.Xml.Linq;

namespace BleepStore.Storage.Tests.Documentation;

public sealed class ReadmeProjectsTests
{
    /// <summary>Where the projects stay, for <c>.ci/check-readme</c>. Otherwise they are removed.</summary>
    private const string FolderVariable = "BLEEPSTORE_README_PROJECTS";

    [Test]
    public void Every_block_of_the_readme_is_in_a_project_that_refers_to_packages_alone()
    {
        string? kept = Environment.GetEnvironmentVariable(FolderVariable);
        string folder = kept ?? Directory.CreateTempSubdirectory("bleepstore-readme-").FullName;
        try
        {
            ReadmeProjects.Write(folder);

            string[] projects = Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories);
            string code = string.Join('\n', Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
            XElement[] references =
                [.. projects.SelectMany(static path => XDocument.Load(path).Descendants("ItemGroup").Single().Elements())];
            Assert.Multiple(() =>
            {
                Assert.That(projects, Has.Length.EqualTo(4));
                Assert.That(ReadmeProjects.Blocks, Has.Count.GreaterThan(10));
                foreach (CodeBlock block in ReadmeProjects.Blocks)
                {
                    Assert.That(code, Does.Contain($"#line {block.Line} \"README.md\""), block.ToString());
                }

                Assert.That(
                    ReadmeProjects.Packages,
                    Is.EquivalentTo(Directory.GetDirectories(Path.Combine(RepositoryDocs.Root, "src")).Select(Path.GetFileName)));
                Assert.That(references.Select(static item => item.Name.LocalName), Is.All.EqualTo("PackageReference"));
                Assert.That(references.Select(static item => item.Attribute("Include")!.Value), Is.SupersetOf(ReadmeProjects.Packages));
            });
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
