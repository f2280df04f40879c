using System.Text.RegularExpressions;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>The tests that pages name exist, and every line of the page of failures names at least one.</summary>
public sealed partial class NamedTestsTests
{
    private const string Failures = "docs/what-happens-when.md";

    private static IEnumerable<string> Pages =>
        RepositoryDocs.Pages.Select(RepositoryDocs.Relative).Where(static page => NamedTest.In(RepositoryDocs.Read(page)).Any());

    [TestCaseSource(nameof(Pages))]
    public void Every_test_that_a_page_names_exists(string page) =>
        Assert.That(NamedTest.In(RepositoryDocs.Read(page)).Where(static test => !test.Exists), Is.Empty);

    [Test]
    public void Every_line_of_the_failures_names_a_test()
    {
        IEnumerable<string> lines = RepositoryDocs.TableRows(Failures).Select(static row => row[0]);
        IEnumerable<string> proved = Proof().Matches(RepositoryDocs.Read(Failures)).Select(static proof => proof.Groups["line"].Value);

        Assert.That(proved, Is.EqualTo(lines).And.Unique.And.Not.Empty);
    }

    [TestCase("Every_line_of_the_failures_names_a_test", true)]
    [TestCase("A_name_is_a_test_where_its_file_has_such_a_method", true)]
    [TestCase("Every_line_of_the_failures_names_a_tes", false)]
    [TestCase("Proof", false)]
    public void A_name_is_a_test_where_its_file_has_such_a_method(string method, bool expected)
    {
        const string file = "tests/BleepStore.Storage.Tests/Documentation/NamedTestsTests.cs";
        NamedTest test = NamedTest.In($"* **A1** `{file}`:\n  `{method}`\n").Single();

        Assert.That((test.File, test.Method, test.Exists), Is.EqualTo((file, method, expected)));
    }

    [Test]
    public void A_page_can_name_several_tests_of_a_file()
    {
        NamedTest[] tests = [.. NamedTest.In("`tests/One.cs`:\n  `First`,\n  `Second`\n  `tests/Two.cs`: `Third`, and `Other`")];

        Assert.That(
            tests.Select(static test => test.ToString()),
            Is.EqualTo(["tests/One.cs: First", "tests/One.cs: Second", "tests/Two.cs: Third"]));
        Assert.That(tests.Select(static test => test.Exists), Has.None.True);
    }

    /// <summary>The item that proves a line: its number, and the first file.</summary>
    [GeneratedRegex(@"^\* \*\*(?<line>\w+)\*\* `tests/[\w./]+\.cs`:\n  `\w+`", RegexOptions.Multiline)]
    private static partial Regex Proof();
}
