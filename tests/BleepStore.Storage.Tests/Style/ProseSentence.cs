using System.Text.RegularExpressions;

namespace BleepStore.Storage.Tests.Style;

/// <summary>A sentence of a comment, a message or a page, and where it stands.</summary>
/// <param name="File">The file, relative to the repository.</param>
/// <param name="Line">The line at which its paragraph begins, from 1.</param>
/// <param name="Text">The sentence, without markup.</param>
internal sealed partial record ProseSentence(string File, int Line, string Text)
{
    /// <summary>A sentence with more words is long.</summary>
    private const int MaxWords = 30;

    public int Words { get; } = Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    public bool IsLong => Words > MaxWords;

    public bool HasColon => Colon().IsMatch(Text);

    /// <summary>Whether the subject is a clause, as in "What is kept".</summary>
    public bool BeginsWithClause => Opening().IsMatch(Text) && !Text.EndsWith('?');

    /// <summary>How hard the sentence is to read. Only the order of two sentences has a meaning.</summary>
    public double Difficulty => (Words / 10.0) + (3 * Knots().Count(Text)) + (BeginsWithClause ? 3 : 0);

    public override string ToString() => $"{File}:{Line}  {Text}";

    /// <summary>The sentences of a paragraph. Headings and fragments of two words are left out.</summary>
    public static IEnumerable<ProseSentence> Of(string file, int line, string paragraph) => End()
        .Split(paragraph)
        .Select(text => new ProseSentence(file, line, text.Trim()))
        .Where(static sentence => sentence.Words > 2);

    [GeneratedRegex(@"(?<=[.!?])\s+")]
    private static partial Regex End();

    [GeneratedRegex(@"\w: \w")]
    private static partial Regex Colon();

    [GeneratedRegex(@"^(?:What|Whoever|Who|Which)\b")]
    private static partial Regex Opening();

    [GeneratedRegex(@"\w: \w|; |\bso that\b|\bwhat\b|\bwhoever\b")]
    private static partial Regex Knots();
}
