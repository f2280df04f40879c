using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Style;

/// <summary>The one habit of the code's form that neither the compiler nor a quick look of the formatter sees.</summary>
public class ImportOrderTests
{
    private const string Static = "static ";

    [TestCase("src")]
    [TestCase("samples")]
    [TestCase("tests")]
    public void Usings_are_in_order_those_of_the_system_first(string folder)
    {
        string root = RepositoryFolder.Find(folder);
        string[] files = [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(static file => !IsMade(file))];
        Assert.That(files, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (string file in files)
            {
                string[] usings = [.. File.ReadLines(file)
                    .TakeWhile(static line => line.StartsWith("using ", StringComparison.Ordinal) || line.Length == 0)
                    .Where(static line => line.Length > 0)];
                Assert.That(usings, Is.EqualTo(usings.OrderBy(Rank).ThenBy(NameOf, StringComparer.OrdinalIgnoreCase)), file);
            }
        });
    }

    private static bool IsMade(string file) =>
        file.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj" or "node_modules");

    private static string NameOf(string line) => line["using ".Length..].TrimEnd(';');

    private static int Rank(string line) => NameOf(line) switch
    {
        _ when line.Contains('=', StringComparison.Ordinal) => 3,
        var name when name.StartsWith(Static, StringComparison.Ordinal) => 2,
        "System" => 0,
        var name when name.StartsWith("System.", StringComparison.Ordinal) => 0,
        _ => 1,
    };
}
