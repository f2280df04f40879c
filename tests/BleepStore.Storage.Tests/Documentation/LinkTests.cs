using System.Text.RegularExpressions;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>Links within the repository lead somewhere.</summary>
public sealed partial class LinkTests
{
    private static IEnumerable<string> Pages => RepositoryDocs.Pages.Select(RepositoryDocs.Relative);

    [TestCaseSource(nameof(Pages))]
    public void Every_relative_link_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(RepositoryDocs.Root, page))!;
        var broken = new List<string>();
        foreach (Match link in Link().Matches(WithoutCode(RepositoryDocs.Read(page))))
        {
            string target = link.Groups["target"].Value;
            if (Uri.TryCreate(target, UriKind.Absolute, out _))
            {
                continue;
            }

            string[] halves = target.Split('#', 2);
            string path = halves[0].Length == 0
                ? Path.Combine(RepositoryDocs.Root, page)
                : Path.GetFullPath(Path.Combine(folder, halves[0]));
            bool exists = File.Exists(path) || Directory.Exists(path);
            if (!exists || (halves.Length == 2 && !Anchors(path).Contains(halves[1])))
            {
                broken.Add(target);
            }
        }

        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void Every_page_of_docs_is_linked_from_the_index_and_the_index_from_the_readme()
    {
        const string folder = "docs/";
        string index = RepositoryDocs.Read("docs/index.md");
        IEnumerable<string> pages = Pages
            .Where(static page => page.StartsWith(folder, StringComparison.Ordinal) && page != "docs/index.md")
            .Select(static page => page[folder.Length..]);

        Assert.That(pages.Where(page => !index.Contains($"]({page})", StringComparison.Ordinal)), Is.Empty);
        Assert.That(RepositoryDocs.Read("README.md"), Does.Contain("](docs/index.md)"));
    }

    private static string WithoutCode(string markdown) => Code().Replace(markdown, "");

    /// <summary>The anchors of headings, in lower case, with spaces as hyphens, without punctuation.</summary>
    private static HashSet<string> Anchors(string path) => WithoutFences(File.ReadAllText(path))
        .Split('\n')
        .Where(static line => line.StartsWith('#'))
        .Select(static line => Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet(StringComparer.Ordinal);

    private static string WithoutFences(string markdown) => Fences().Replace(markdown, "");

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
