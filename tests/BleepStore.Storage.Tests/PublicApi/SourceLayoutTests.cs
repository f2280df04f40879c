using System.Text.RegularExpressions;

namespace BleepStore.Storage.Tests.PublicApi;

public partial class SourceLayoutTests
{
    [Test]
    public void Every_file_holds_at_most_one_public_type_and_is_named_after_it()
    {
        string root = Shared.RepositoryFolder.Find("src/BleepStore.Storage");
        string[] files = Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("\\obj\\", StringComparison.Ordinal))
            .ToArray();
        Assert.That(files, Has.Length.GreaterThan(100), "the files were found");
        var faults = new List<string>();
        foreach (string file in files)
        {
            string[] types = PublicType().Matches(File.ReadAllText(file)).Select(static match => match.Groups["name"].Value).ToArray();
            string name = Path.GetFileName(file).Split('.')[0];
            if (types.Length > 1 || (types.Length == 1 && types[0] != name))
            {
                faults.Add($"{Path.GetRelativePath(root, file)}: {string.Join(", ", types)}");
            }
        }

        Assert.That(faults, Is.Empty);
    }

    [GeneratedRegex(
        @"^public (?:(?:abstract|sealed|static|partial|readonly) )*(?:class|record struct|record|struct|enum|interface|delegate \S+) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
