using System.Globalization;
using BleepStore.Storage.Tests.Documentation;

namespace BleepStore.Storage.Tests.Style;

/// <summary>
/// The English of the repository is plain. Most sentences begin with their subject, have one fact, no colon and few words.
/// </summary>
public sealed class ProseTests
{
    private const double MostColons = 0.04;

    private const double MostClauses = 0.01;

    private const double MostLong = 0.03;

    private const double DocWords = 12;

    private const double PageWords = 14;

    private const int MaxLineLength = 140;

    private const int Shown = 10;

    /// <summary>The folders whose comments are rewritten already.</summary>
    private static readonly string[] Folders = ["src", "samples"];

    /// <summary>The folders and pages that are not rewritten yet.</summary>
    private static readonly string[] Pending = [];

    private static IEnumerable<(string File, string Text)> Sources => Folders
        .SelectMany(RepositoryDocs.Sources)
        .Where(static file => !IsPending(file))
        .Select(static file => (file, RepositoryDocs.Read(file)));

    private static IEnumerable<(string File, string Text)> Pages => RepositoryDocs.Pages
        .Select(RepositoryDocs.Relative)
        .Where(static page => !IsPending(page))
        .Select(static page => (page, RepositoryDocs.Read(page)));

    [Test]
    public void Doc_comments_are_plain() =>
        Require(Sources.SelectMany(static source => Prose.DocComments(source.File, source.Text)), DocWords);

    [Test]
    public void Comments_are_plain() =>
        Require(Sources.SelectMany(static source => Prose.Comments(source.File, source.Text)), PageWords);

    [Test]
    public void Messages_are_plain() =>
        Require(Sources.SelectMany(static source => Prose.Messages(source.File, source.Text)), DocWords);

    [Test]
    public void Pages_are_plain() =>
        Require(Pages.SelectMany(static page => Prose.Markdown(page.File, page.Text)), PageWords);

    [Test]
    public void Lines_end_at_140_columns() => Assert.That(
        Sources.Concat(Pages).SelectMany(static file => WideLines(file.File, file.Text)),
        Is.Empty);

    [Test]
    public void Sentences_are_found_where_they_stand()
    {
        const string source = "class C\n{\n    /// <summary>Reads <see cref=\"C.D\"/> twice. No more.</summary>\n" +
            "    int a; // Not counted here.\n    // One comment\n    // of two lines.\n" +
            "    string b = $\"The {a} failed. \" + \"Try the read again.\";\n}\n";

        Assert.That(Prose.DocComments("f", source), Is.EqualTo(new[] { new ProseSentence("f", 3, "Reads D twice.") }));
        Assert.That(Prose.Comments("f", source), Is.EqualTo(new[] { new ProseSentence("f", 5, "One comment of two lines.") }));
        Assert.That(
            Prose.Messages("f", source),
            Is.EqualTo(new[] { new ProseSentence("f", 7, "The X failed."), new ProseSentence("f", 7, "Try the read again.") }));
    }

    [Test]
    public void Sentences_of_a_page_leave_out_code_tables_and_headings()
    {
        const string page = "# A heading of words\n\nOne [link here](x.md) stands.\n\n| a table row here |\n\n" +
            "```\ncode is no prose\n```\n* An item of three.\n";

        Assert.That(
            Prose.Markdown("p", page).Select(static sentence => sentence.Text),
            Is.EqualTo(new[] { "One link here stands.", "An item of three." }));
    }

    [TestCase("Takes the part: it is read once.", true, false)]
    [TestCase("What is kept stays there.", false, true)]
    [TestCase("Which one is it?", false, false)]
    [TestCase("The file is read once.", false, false)]
    public void Knots_are_counted(string text, bool hasColon, bool beginsWithClause)
    {
        var sentence = new ProseSentence("f", 1, text);

        Assert.That((sentence.HasColon, sentence.BeginsWithClause), Is.EqualTo((hasColon, beginsWithClause)));
    }

    private static void Require(IEnumerable<ProseSentence> found, double mostWords)
    {
        List<ProseSentence> sentences = [.. found];
        Assert.That(sentences, Is.Not.Empty);
        string hardest = string.Join('\n', sentences.OrderByDescending(static sentence => sentence.Difficulty).Take(Shown));
        Assert.Multiple(() =>
        {
            RequireShare("sentences with a colon inside", sentences, static sentence => sentence.HasColon, MostColons, hardest);
            RequireShare(
                "sentences that begin with a clause", sentences, static sentence => sentence.BeginsWithClause, MostClauses, hardest);
            RequireShare("sentences of more than 30 words", sentences, static sentence => sentence.IsLong, MostLong, hardest);
            Assert.That(
                sentences.Average(static sentence => sentence.Words),
                Is.AtMost(mostWords),
                $"Words of a sentence. The hardest:\n{hardest}");
        });
    }

    private static void RequireShare(
        string what, List<ProseSentence> sentences, Func<ProseSentence, bool> counts, double most, string hardest)
    {
        double share = sentences.Count(counts) / (double)sentences.Count;
        Assert.That(share, Is.AtMost(most), string.Create(CultureInfo.InvariantCulture, $"{share:P1} are {what}. The hardest:\n{hardest}"));
    }

    private static bool IsPending(string file) => Pending.Any(part => file.StartsWith(part, StringComparison.Ordinal));

    /// <summary>Rows of tables cannot be broken.</summary>
    private static IEnumerable<string> WideLines(string file, string text) => text
        .ReplaceLineEndings("\n")
        .Split('\n')
        .Select((line, at) => (Line: line, Place: $"{file}:{at + 1}"))
        .Where(static one => one.Line.Length > MaxLineLength && !one.Line.TrimStart().StartsWith('|'))
        .Select(static one => $"{one.Place} has {one.Line.Length} columns");
}
